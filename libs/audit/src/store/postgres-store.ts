import { createHash } from 'node:crypto';
import { NO_PREVIOUS } from '../event/entry.ts';
import { LogError } from '../log-error.ts';
import type { LogRecords } from './log-records.ts';
import type { Awaitable } from './awaitable.ts';
import type { LogStore } from './log-store.ts';
import type { PostgresPool } from './postgres-client.ts';
import type { PostgresHead, PostgresTurn } from './postgres-commit.ts';
import { sqlState } from './postgres-error.ts';
import { PostgresRecords } from './postgres-records.ts';
import { hash, requireNameBytes, utf8Text, wholeNumber } from './postgres-row.ts';
import { makeTables, schemaName } from './postgres-schema.ts';
import { PostgresSession, retrying, type RunStatement } from './postgres-session.ts';
import { PostgresWriter } from './postgres-writer.ts';

/** How a PostgreSQL store is opened. */
export interface PostgresStoreOptions {
  /** The schema that holds the tables, and is made when it is missing: `audit` when absent. */
  readonly schema?: string;
  /**
   * Opens logs although another session has them: that writer can write no more, and finds out with its next commit. For a
   * writer that is gone without the database having noticed.
   */
  readonly takeOver?: boolean;
}

/** Undefined function, and feature not supported: what databases without advisory locks report. */
const NO_ADVISORY_LOCKS: ReadonlySet<string | undefined> = new Set(['42883', '0A000']);

/**
 * Opens logs in a database that speaks PostgreSQL's protocol, over sessions of `pool`, which stays the caller's: it needs
 * one session for each log that is open. A session must be the client's own, so a pooler in between must not share it
 * among transactions.
 *
 * @throws LogError `option-malformed`, `log-cannot-open`, `log-format`, `log-corrupt`, `log-full`, `log-io`
 */
export async function openPostgresStore(
  pool: PostgresPool,
  options: PostgresStoreOptions = {},
): Promise<LogStore> {
  const store = new PostgresStore(pool, schemaName(options.schema ?? 'audit'), options.takeOver ?? false);
  await store.prepare();
  return store;
}

/** A log of which it is this writer's turn, and where it ends. */
type TakenLog = PostgresTurn & PostgresHead;

class PostgresStore implements LogStore {
  readonly #pool: PostgresPool;
  readonly #schema: string;
  readonly #takeOver: boolean;
  /** How each of the open logs is released. */
  readonly #open = new Map<string, () => Promise<void>>();

  constructor(pool: PostgresPool, schema: string, takeOver: boolean) {
    this.#pool = pool;
    this.#schema = schema;
    this.#takeOver = takeOver;
  }

  prepare(): Promise<void> {
    return this.#once((run) => makeTables(run, this.#schema));
  }

  async origins(): Promise<readonly string[]> {
    const text = `SELECT origin FROM ${this.#schema}.log ORDER BY id`;
    const rows = await this.#once((run) => retrying(() => run({ text, values: [] })));
    return rows.map((row) => utf8Text(row, 'origin'));
  }

  async open(origin: string, firstCheckpoint: () => Awaitable<string>): Promise<LogRecords> {
    if (this.#open.has(origin)) throw locked(origin);
    const key = lockKey(this.#schema, origin);
    let isLocked = false;
    // A connection that replaces a lost one takes the lock again where it can: nothing rests on it.
    const session = new PostgresSession(this.#pool, async (run) => {
      isLocked = await tryLock(run, key);
    });
    const release = async (): Promise<void> => {
      this.#open.delete(origin);
      await session.close((run) => (isLocked ? unlock(run, key) : Promise.resolve()));
    };
    this.#open.set(origin, release);
    try {
      const mayTake = await session.alone(() => Promise.resolve(isLocked || this.#takeOver));
      if (!mayTake) throw locked(origin);
      const taken = await this.#takeOrMake(session, origin, firstCheckpoint);
      const writer = new PostgresWriter(session, this.#schema, taken, taken);
      return new PostgresRecords(session, writer, this.#schema, taken.log, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((release) => release()));
  }

  async #takeOrMake(
    session: PostgresSession,
    origin: string,
    firstCheckpoint: () => Awaitable<string>,
  ): Promise<TakenLog> {
    const name = requireNameBytes(origin);
    let checkpoint: Uint8Array | undefined;
    for (;;) {
      const taken = await this.#take(session, name);
      if (taken !== undefined) return taken;
      checkpoint ??= Buffer.from(await firstCheckpoint());
      await this.#make(session, name, checkpoint);
    }
  }

  /** Makes it this writer's turn. Waits for what another one has under way, which from then on can commit no more. */
  async #take(session: PostgresSession, origin: Uint8Array): Promise<TakenLog | undefined> {
    const [row] = await session.read({
      text: `UPDATE ${this.#schema}.log SET epoch = epoch + 1 WHERE origin = $1::BYTEA
        RETURNING id, epoch, size, last_leaf`,
      values: [origin],
    });
    if (row === undefined) return undefined;
    return {
      log: wholeNumber(row, 'id'),
      epoch: wholeNumber(row, 'epoch'),
      size: wholeNumber(row, 'size'),
      lastLeaf: hash(row, 'last_leaf'),
    };
  }

  /** Makes a log, unless it was made meanwhile, or another one with its number was. */
  async #make(session: PostgresSession, origin: Uint8Array, checkpoint: Uint8Array): Promise<void> {
    await session.read({
      text: `INSERT INTO ${this.#schema}.log (id, origin, epoch, size, last_leaf, checkpoint)
        SELECT coalesce(max(id), 0) + 1, $1::BYTEA, 0, 0, $2::BYTEA, $3::BYTEA FROM ${this.#schema}.log
        ON CONFLICT DO NOTHING`,
      values: [origin, NO_PREVIOUS, checkpoint],
    });
  }

  async #once<T>(use: (run: RunStatement) => Promise<T>): Promise<T> {
    const session = new PostgresSession(this.#pool);
    try {
      return await session.alone(use);
    } finally {
      await session.close();
    }
  }
}

/** The number under which sessions keep each other from a log: the same for every writer, unlikely for anything else. */
function lockKey(schema: string, origin: string): string {
  const digest = createHash('sha256').update(`audit-log-writer/1\0${schema}\0${origin}`).digest();
  return String(digest.readBigInt64BE(0));
}

/** Whether no other session has the lock. Databases without such locks are as if none had. */
async function tryLock(run: RunStatement, key: string): Promise<boolean> {
  try {
    const [row] = await run({ text: 'SELECT pg_try_advisory_lock($1::INT8) AS locked', values: [key] });
    return row?.locked === true;
  } catch (error) {
    if (NO_ADVISORY_LOCKS.has(sqlState(error))) return true;
    throw error;
  }
}

async function unlock(run: RunStatement, key: string): Promise<void> {
  await run({ text: 'SELECT pg_advisory_unlock($1::INT8)', values: [key] });
}

function locked(origin: string): LogError {
  return new LogError('log-locked', 'another writer has the log', { value: origin });
}
