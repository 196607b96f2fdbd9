import { concatBytes } from '@noble/hashes/utils.js';
import { readCheckpoint, type CheckpointStatement } from '../verify/checkpoint-text.ts';
import { noteText } from '../verify/note.ts';
import { sha256 } from '../verify/sha256.ts';
import { LogError } from '../log-error.ts';

const UTF8 = new TextEncoder();
const DOMAIN = UTF8.encode('bitcoin-enterprise/audit/bitcoin-anchor/v1\n');
/** `OP_RETURN`, then a push of the 36 bytes that follow: a tag that names the version, and the commitment. */
const SCRIPT_HEAD = concatBytes(Uint8Array.of(0x6a, 36), UTF8.encode('BEa1'));

/**
 * What a transaction commits to for a checkpoint: SHA-256 of a domain, and of origin, size and root hash in lengths of
 * their own. Its signatures are left out, so that one anchor serves every cosigned form of a checkpoint.
 */
export function anchorCommitment({ origin, size, rootHash }: CheckpointStatement): Uint8Array {
  const name = UTF8.encode(origin);
  const numbers = new Uint8Array(12);
  const view = new DataView(numbers.buffer);
  view.setUint32(0, name.length);
  view.setBigUint64(4, BigInt(size));
  return sha256(concatBytes(DOMAIN, numbers, name, rootHash));
}

/** The output script that carries a checkpoint's commitment. Nobody can spend it. */
export function anchorScript(checkpoint: CheckpointStatement): Uint8Array {
  return concatBytes(SCRIPT_HEAD, anchorCommitment(checkpoint));
}

/**
 * What a checkpoint states, without regard to its signatures.
 *
 * @throws LogError `note-malformed`
 */
export function statementOf(checkpoint: string): CheckpointStatement {
  const statement = readCheckpoint(noteText(checkpoint) ?? '');
  if (statement !== undefined) return statement;
  throw new LogError('note-malformed', 'what should be anchored is no checkpoint');
}
