import { LogError, type LogErrorCode } from '../log-error.ts';

/** Primary result codes of SQLite (sqlite.org/rescode.html) that tell what to do next. */
const CODES: ReadonlyMap<number, readonly [LogErrorCode, string]> = new Map([
  [3, ['log-cannot-open', 'the file may not be accessed']],
  [5, ['log-locked', 'another writer holds the log']],
  [6, ['log-locked', 'another writer holds the log']],
  [8, ['log-cannot-open', 'the file may not be written']],
  [10, ['log-io', 'the operating system refused a read or a write']],
  [11, ['log-corrupt', 'the file is damaged']],
  [13, ['log-full', 'the disk, or the size allowed to the log, is exhausted']],
  [14, ['log-cannot-open', 'the file cannot be opened']],
  [26, ['log-corrupt', 'the file is no log']],
]);

const REFUSED = ['log-io', 'the database refused an operation'] as const;
const TOO_LARGE = ['log-corrupt', 'a stored number is larger than any that was written'] as const;

/** The coded error for what `node:sqlite` threw; a LogError stays as it is. */
export function sqliteError(error: unknown): LogError {
  if (error instanceof LogError) return error;
  // Extended result codes carry the primary one in their low byte.
  const extended = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
  const known = extended === undefined ? undefined : CODES.get(extended & 0xff);
  const [code, message] = known ?? (isTooLarge(error) ? TOO_LARGE : REFUSED);
  return new LogError(code, message, {
    cause: error,
    ...(extended === undefined ? {} : { value: `SQLite result ${extended}` }),
  });
}

/** What `node:sqlite` throws for an integer beyond those of a double, which a log never writes. */
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}
