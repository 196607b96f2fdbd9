import { bytesToHex } from '@noble/hashes/utils.js';
import { LogError } from '../log-error.ts';
import { equalBytes } from './ots-operation.ts';
import { branchHead, type OtsBranch, type OtsTimestamp } from './ots-timestamp.ts';

/**
 * The branches of both timestamps of one message, none of them twice: those of the first in their order, then what the
 * second adds.
 *
 * @throws LogError `timestamp-mismatch` for timestamps of different messages
 */
export function mergeTimestamps(first: OtsTimestamp, second: OtsTimestamp): OtsTimestamp {
  checkMessage(second, first.message);
  const merged = new Map<string, OtsBranch>();
  for (const branch of [...first.branches, ...second.branches]) {
    const key = bytesToHex(branchHead(branch));
    merged.set(key, mergeBranches(merged.get(key), branch));
  }
  return { message: first.message, branches: [...merged.values()] };
}

/** @throws LogError `timestamp-mismatch`. */
export function checkMessage({ message }: OtsTimestamp, wanted: Uint8Array): void {
  if (equalBytes(message, wanted)) return;
  const [value, limit] = [short(message), short(wanted)];
  throw new LogError('timestamp-mismatch', `the timestamp is of ${value}, not of ${limit}`, { value, limit });
}

/** Of two that begin alike, one. */
function mergeBranches(present: OtsBranch | undefined, added: OtsBranch): OtsBranch {
  if ('attestation' in added) return added;
  const { operation, timestamp } = added;
  const before =
    present !== undefined && 'operation' in present
      ? present.timestamp
      : { message: timestamp.message, branches: [] };
  return { operation, timestamp: mergeTimestamps(before, timestamp) };
}

function short(message: Uint8Array): string {
  return message.length > 32 ? `${bytesToHex(message.subarray(0, 32))}…` : bytesToHex(message);
}
