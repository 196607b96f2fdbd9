import { randomBytes } from 'node:crypto';
import { isLogError, LogError } from '../log-error.ts';
import { checkMessage, mergeTimestamps } from './ots-merge.ts';
import type { OtsFile } from './ots-file.ts';
import { applyOperation, hashLength, type OtsHash, type OtsOperation } from './ots-operation.ts';
import { malformedTimestamp } from './ots-reader.ts';
import { readTimestamp, writeTimestamp, type OtsTimestamp } from './ots-timestamp.ts';

/** Hands a digest of 32 bytes to one calendar, and gives its timestamp of it. */
export type SubmitDigest = (digest: Uint8Array) => Promise<OtsTimestamp>;

export interface StampRequest {
  /** What gave the digest; `sha256` when absent. */
  readonly hash?: OtsHash;
  /** Of the file to be stamped. */
  readonly digest: Uint8Array;
  /** One a calendar. */
  readonly calendars: readonly SubmitDigest[];
}

export interface StampResult {
  readonly file: OtsFile;
  /** What the calendars that took no part threw, in the order of the calendars. */
  readonly failures: readonly LogError[];
}

/** As python-opentimestamps' client has it: what a calendar learns of a file cannot be guessed from the file. */
const NONCE_BYTES = 16;
const SHA256: OtsOperation = { kind: 'sha256' };

/**
 * Has calendars stamp a digest: they see SHA-256(digest ‖ a random nonce), never the digest. What comes back is complete
 * once {@link upgradeTimestamp} has asked for their attestations, hours later.
 *
 * @throws LogError `timestamp-malformed` for a digest of another length than its hash has, `calendar-failed` when no
 * calendar answered
 */
export async function stamp(request: StampRequest): Promise<StampResult> {
  const { hash = 'sha256', digest, calendars } = request;
  if (digest.length !== hashLength(hash)) {
    throw malformedTimestamp(`a digest of ${digest.length} bytes`, `${hashLength(hash)} bytes of ${hash}`);
  }
  const nonce: OtsOperation = { kind: 'append', argument: new Uint8Array(randomBytes(NONCE_BYTES)) };
  const salted = applyOperation(nonce, digest);
  const commitment = applyOperation(SHA256, salted);
  const settled = await Promise.allSettled(calendars.map((submit) => submitTo(submit, commitment)));
  const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [failureOf(one.reason)] : []));
  if (answers.length === 0) {
    const value = `0 of ${calendars.length} calendars`;
    throw new LogError('calendar-failed', `${value} answered`, {
      value,
      limit: '1 calendar or more',
      cause: failures,
    });
  }
  const timestamp = salt(Uint8Array.from(digest), nonce, salted, answers.reduce(mergeTimestamps));
  return { file: { hash, timestamp }, failures };
}

/** What came from outside is read anew: its messages are computed here, whatever the calendar's function gave. */
export async function submitTo(submit: SubmitDigest, commitment: Uint8Array): Promise<OtsTimestamp> {
  const answer = await submit(commitment.slice());
  checkMessage(answer, commitment);
  return readTimestamp(commitment, writeTimestamp(answer));
}

/** What a calendar's function threw, as an error of this library. */
export function failureOf(cause: unknown): LogError {
  if (isLogError(cause)) return cause;
  return new LogError('calendar-failed', 'a calendar could not be asked', { cause });
}

function salt(
  digest: Uint8Array,
  nonce: OtsOperation,
  salted: Uint8Array,
  committed: OtsTimestamp,
): OtsTimestamp {
  const hashed: OtsTimestamp = { message: salted, branches: [{ operation: SHA256, timestamp: committed }] };
  return { message: digest, branches: [{ operation: nonce, timestamp: hashed }] };
}
