/**
 * What went wrong, for code to tell apart:
 *
 * - `option-malformed`: an argument of {@link openLog} cannot be used.
 * - `log-locked`: another process, or another `openLog` of this one, holds the log or its file.
 * - `log-cannot-open`: the path is a folder, may not be read or written, or its folder is missing.
 * - `log-format`: the file is a database, but not a log of a format this version reads.
 * - `log-corrupt`: the stored bytes contradict each other or their checkpoint.
 * - `log-wrong-origin`, `log-wrong-key`: the log is another one, or signed by another key, than was asked for.
 * - `log-rolled-back`: the log does not contain the pinned checkpoint.
 * - `log-full`: `maxBytes` or the disk is exhausted; what was acknowledged before is safe.
 * - `log-io`: the operating system refused a read or a write.
 * - `log-unusable`: an earlier commit ended with an unknown outcome; close the log and open it again.
 * - `log-closed`: the log was closed.
 * - `pin-failed`: the pin could not be read or written.
 * - `pin-corrupt`: the file of a pin holds no whole pin.
 * - `pin-needed`: the log was not closed, and its last entries may stand in the pin that it had.
 * - `signer-failed`: the signer threw, or gave no signature of its key.
 * - `clock-malformed`: the clock gave no time.
 * - `clock-behind`: the clock is more than a day behind the last entry.
 * - `version-conflict`: the stream is not at the expected version.
 * - `idempotency-conflict`: an idempotency key was used before, for another event or another call.
 * - `event-malformed`, `event-too-large`: the event has no canonical form, or breaks a limit.
 * - `personal-data-unavailable`: the log was opened without keys for personal data.
 * - `hold-unknown`: the subject has no such legal hold.
 * - `backup-refused`: a backup, or a restore, would replace a file, or what it copied is not whole.
 * - `tile-malformed`, `tile-missing`: a published log has a resource that is none, or lacks one.
 * - `entry-pruned`: the entry was deleted from the store, and is in the archive that it was pruned for.
 * - `prune-refused`: the archive lacks what would be deleted, or it has to stay.
 * - `index-out-of-range`: no such entry, range or tree size in this log.
 * - `note-malformed`: a checkpoint given by the caller is not one of this log.
 * - `witness-unreachable`: a witness cannot be reached, or cannot answer now.
 * - `witness-refused`: a witness refused the checkpoint.
 * - `witness-conflict`: a witness has cosigned a larger tree of the log, or another one of that size.
 * - `witness-malformed`: a witness answered with something else than its cosignature.
 * - `quorum-missing`: too few witnesses cosigned the checkpoint in time.
 * - `timestamp-malformed`: bytes are no OpenTimestamps proof, or break a limit of it.
 * - `timestamp-mismatch`: a timestamp is of another message than it should be.
 * - `calendar-not-allowed`: a calendar is not among those that may be asked.
 * - `calendar-failed`: a calendar cannot be reached, refused, or answered with something else than a timestamp.
 * - `anchor-malformed`: bytes are no anchor in Bitcoin, or break a limit of it.
 * - `anchor-refused`: the node did not take the anchoring transaction.
 */
export type LogErrorCode =
  | 'option-malformed'
  | 'log-locked'
  | 'log-cannot-open'
  | 'log-format'
  | 'log-corrupt'
  | 'log-wrong-origin'
  | 'log-wrong-key'
  | 'log-rolled-back'
  | 'log-full'
  | 'log-io'
  | 'log-unusable'
  | 'log-closed'
  | 'pin-failed'
  | 'pin-corrupt'
  | 'pin-needed'
  | 'signer-failed'
  | 'clock-malformed'
  | 'clock-behind'
  | 'version-conflict'
  | 'idempotency-conflict'
  | 'event-malformed'
  | 'event-too-large'
  | 'personal-data-unavailable'
  | 'hold-unknown'
  | 'backup-refused'
  | 'tile-malformed'
  | 'tile-missing'
  | 'entry-pruned'
  | 'prune-refused'
  | 'index-out-of-range'
  | 'note-malformed'
  | 'witness-unreachable'
  | 'witness-refused'
  | 'witness-conflict'
  | 'witness-malformed'
  | 'quorum-missing'
  | 'timestamp-malformed'
  | 'timestamp-mismatch'
  | 'calendar-not-allowed'
  | 'calendar-failed'
  | 'anchor-malformed'
  | 'anchor-refused';

/** What was given, and the limit that it broke. */
export interface LogErrorDetail {
  readonly value?: string;
  readonly limit?: string;
  readonly cause?: unknown;
}

/** The one error class of this library. Tell errors apart by {@link LogError.code}, never by the message. */
export class LogError extends Error {
  override readonly name: string = 'LogError';
  readonly code: LogErrorCode;
  /** What was given. */
  readonly value?: string;
  /** The limit that `value` broke. */
  readonly limit?: string;

  constructor(code: LogErrorCode, message: string, detail: LogErrorDetail = {}) {
    super(message, 'cause' in detail ? { cause: detail.cause } : undefined);
    this.code = code;
    if (detail.value !== undefined) this.value = detail.value;
    if (detail.limit !== undefined) this.limit = detail.limit;
  }
}

/** Whether `error` is a {@link LogError}, of whichever copy of this package. */
export function isLogError(error: unknown): error is LogError {
  return error instanceof Error && error.name === 'LogError' && 'code' in error;
}
