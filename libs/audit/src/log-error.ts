/**
 * What went wrong, for code to tell apart:
 *
 * - `option-malformed`: an argument of {@link openLog} cannot be used.
 * - `log-locked`: another process, or another `openLog` of this one, holds the file.
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
 * - `signer-failed`: the signer threw, or gave no signature of its key.
 * - `clock-malformed`: the clock gave no time.
 * - `version-conflict`: the stream is not at the expected version.
 * - `event-malformed`, `event-too-large`: the event has no canonical form, or breaks a limit.
 * - `index-out-of-range`: no such entry, range or tree size in this log.
 * - `note-malformed`: a checkpoint given by the caller is not one of this log.
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
  | 'signer-failed'
  | 'clock-malformed'
  | 'version-conflict'
  | 'event-malformed'
  | 'event-too-large'
  | 'index-out-of-range'
  | 'note-malformed';

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
