import { LogError, type LogErrorCode } from '../log-error.ts';

type Meaning = readonly [LogErrorCode, string];

const NO_ACCESS: Meaning = ['log-cannot-open', 'the database refuses this user'];
const OTHER_TABLES: Meaning = ['log-corrupt', 'the tables are missing, or are not those of a log'];
const DAMAGED: Meaning = ['log-corrupt', 'the database is damaged'];

/** SQLSTATE codes, and classes of them, that tell what to do next ("PostgreSQL Error Codes", appendix A of its manual). */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['23505', ['log-corrupt', 'what is stored contradicts the head of the log']],
  ['25006', ['log-cannot-open', 'the database only reads']],
  ['28', NO_ACCESS],
  ['3D000', ['log-cannot-open', 'there is no such database']],
  ['42501', NO_ACCESS],
  ['3F000', OTHER_TABLES],
  ['42P01', OTHER_TABLES],
  ['42703', OTHER_TABLES],
  ['53100', ['log-full', 'the disk of the database is exhausted']],
  ['XX001', DAMAGED],
  ['XX002', DAMAGED],
]);

/** Data exceptions: their messages quote the data. */
const QUOTES_DATA = '22';

/** A serialization failure and a deadlock: the transaction had no effect, and may have one when it is tried again. */
const RETRYABLE: ReadonlySet<string | undefined> = new Set(['40001', '40P01']);

/** The SQLSTATE of an error that the server reported; `undefined` for any other error. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return undefined;
  // Codes of Node such as EPIPE have five letters as well, but no severity.
  return 'severity' in error && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** Whether a transaction had no effect, and is worth another attempt. */
export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(sqlState(error));
}

/**
 * Whether the server said that the transaction had no effect. It is to be believed only by a session that lives on, since
 * a server that fails while it commits may name any reason.
 */
export function isRolledBack(error: unknown): boolean {
  const state = sqlState(error);
  // 40003: "statement completion unknown"; class 08: connection exceptions, of which some leave that open.
  return state !== undefined && state !== '40003' && !state.startsWith('08');
}

/** The coded error for what a session threw, without anything that could be of an entry; a LogError stays as it is. */
export function postgresError(error: unknown): LogError {
  if (error instanceof LogError) return error;
  const state = sqlState(error);
  if (state === undefined) {
    return new LogError('log-io', 'the connection to the database failed', { cause: error });
  }
  const [code, message] = MEANINGS.get(state) ?? MEANINGS.get(state.slice(0, 2)) ?? REFUSED;
  return new LogError(code, message, { value: `SQLSTATE ${state}`, cause: withoutData(error, state) });
}

const REFUSED: Meaning = ['log-io', 'the database refused an operation'];

/** What the server said, without its detail and context, which quote rows and statements. */
function withoutData(error: unknown, state: string): Error {
  const isSafe = error instanceof Error && !state.startsWith(QUOTES_DATA);
  return new Error(isSafe ? error.message : 'a data exception');
}
