import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LogError } from '../log-error.ts';
import type { PostgresClient, PostgresPool, PostgresQuery } from './postgres-client.ts';
import { isRetryable, postgresError, sqlState } from './postgres-error.ts';
import { postgresRow, type PostgresRow } from './postgres-row.ts';

/** Runs one statement. Throws what the client throws. */
export type RunStatement = (query: PostgresQuery) => Promise<readonly PostgresRow[]>;

/** How often a transaction is tried that the server cannot put in order with another one: for half a second or so. */
const ATTEMPTS = 10;

/** Classes of SQLSTATE after which a connection is not used again: connection exceptions, operator intervention. */
const ENDS_SESSION = /^(?:08|57P)/;

/**
 * A session of one user, who has it until it is closed: its transactions are serializable and durable when they are
 * over. What runs on it runs one after another. A connection that is lost is replaced when it is next needed.
 */
export class PostgresSession {
  readonly #pool: PostgresPool;
  readonly #prepare: (run: RunStatement) => Promise<void>;
  #client: PostgresClient | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @param prepare runs first on every connection */
  constructor(pool: PostgresPool, prepare: (run: RunStatement) => Promise<void> = () => Promise.resolve()) {
    this.#pool = pool;
    this.#prepare = prepare;
  }

  /**
   * Calls `use` with the session to itself. When the connection is lost, the statements that `use` still runs fail.
   *
   * @throws LogError as `postgresError` tells
   */
  alone<T>(use: (run: RunStatement) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new LogError('log-closed', 'the log is closed'));
    const result = this.#last.then(async () => {
      try {
        const client = await this.#connected();
        return await use((query) => this.#run(client, query));
      } catch (error) {
        throw postgresError(error);
      }
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /**
   * The rows of a statement that reads.
   *
   * @throws LogError as `postgresError` tells
   */
  read(query: PostgresQuery): Promise<readonly PostgresRow[]> {
    return this.alone((run) => retrying(() => run(query)));
  }

  /** Ends the session once what runs on it is over. */
  async close(leave: (run: RunStatement) => Promise<void> = () => Promise.resolve()): Promise<void> {
    this.#closed = true;
    await this.#last;
    const client = this.#client;
    if (client === undefined) return;
    // A connection that is lost by now has nothing to be left.
    await leave((query) => this.#run(client, query)).catch(() => undefined);
    this.#drop(client);
  }

  async #connected(): Promise<PostgresClient> {
    if (this.#client !== undefined) return this.#client;
    const client = await this.#pool.connect();
    this.#client = client;
    client.on('error', () => {
      this.#drop(client);
    });
    try {
      await makeStrict((query) => this.#run(client, query));
      await this.#prepare((query) => this.#run(client, query));
    } catch (error) {
      this.#drop(client);
      throw error;
    }
    return client;
  }

  async #run(client: PostgresClient, query: PostgresQuery): Promise<readonly PostgresRow[]> {
    if (client !== this.#client) throw new LogError('log-io', 'the connection to the database was lost');
    try {
      return (await client.query(query)).rows.map(postgresRow);
    } catch (error) {
      const state = sqlState(error);
      if (state === undefined || ENDS_SESSION.test(state)) this.#drop(client);
      throw error;
    }
  }

  /** Never back to the pool, whose other users expect a session as it was. */
  #drop(client: PostgresClient): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    client.release(true);
  }
}

/** Calls `transaction` again as long as the server cannot put it in order with another one. */
export async function retrying<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
      // Those that got into each other's way would do so again if they kept in step.
      await delay(randomInt(2 ** attempt));
    }
  }
}

async function makeStrict(run: RunStatement): Promise<void> {
  await run({ text: 'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE', values: [] });
  const [row] = await run({ text: 'SHOW synchronous_commit', values: [] });
  // Every other level waits for the disk of the server at least, and may be stricter than `on`.
  if (row?.synchronous_commit === 'off') await run({ text: 'SET synchronous_commit = on', values: [] });
}
