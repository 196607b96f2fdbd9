import { LogError } from '../log-error.ts';
import type { Commit } from './log-records.ts';
import {
  headBehind,
  portionQuery,
  portionStatement,
  type PostgresHead,
  type PostgresTurn,
} from './postgres-commit.ts';
import type { PostgresQuery } from './postgres-client.ts';
import { isRolledBack } from './postgres-error.ts';
import { portionsOf } from './postgres-portion.ts';
import { wholeNumber } from './postgres-row.ts';
import { retrying, type PostgresSession, type RunStatement } from './postgres-session.ts';

/** A statement of the writer, by itself a transaction, that gives `moved`: 0 when another writer has the turn. */
type WriteStatement = (turn: PostgresTurn, head: PostgresHead) => PostgresQuery;

/**
 * The one writer of a log. Every transaction begins with the head row, which must be in this writer's turn and where this
 * writer left it: so it does not matter whether an older writer still lives, or what of it is still on its way.
 */
export class PostgresWriter {
  readonly #session: PostgresSession;
  readonly #turn: PostgresTurn;
  readonly #portionStatement: string;
  #head: PostgresHead;
  #usable = true;

  constructor(session: PostgresSession, schema: string, turn: PostgresTurn, head: PostgresHead) {
    this.#session = session;
    this.#turn = turn;
    this.#portionStatement = portionStatement(schema);
    this.#head = head;
  }

  /** False for good once another writer has the turn, or a transaction ended with an unknown outcome. */
  get usable(): boolean {
    return this.#usable;
  }

  /**
   * Makes a commit durable: one statement, which is a transaction by itself, or several in one transaction when it is
   * large.
   *
   * @throws LogError `log-locked` when another writer has the turn; otherwise as `postgresError` tells, and then
   * {@link usable} says whether the outcome is known.
   */
  async commit(commit: Commit): Promise<void> {
    const { entries } = commit;
    if (!entries.every(({ index }, place) => index === this.#head.size + place)) {
      throw new LogError('log-corrupt', 'the entries do not continue the log', {
        value: `from ${entries[0]?.index ?? 'none'}`,
        limit: `from ${this.#head.size}`,
      });
    }
    const portions = portionsOf(commit);
    await this.#alone(async (run) => {
      let head = this.#head;
      const queries = portions.map((portion) => {
        const query = portionQuery(this.#portionStatement, this.#turn, head, portion, commit);
        head = headBehind(head, portion);
        return query;
      });
      const [only] = queries;
      if (only !== undefined && queries.length === 1) await this.#transaction(run, () => movedBy(run, only));
      else await this.#transactionOf(run, queries);
      this.#head = head;
    });
  }

  /**
   * Runs a single statement as a transaction.
   *
   * @throws LogError as {@link commit}
   */
  write(statement: WriteStatement): Promise<void> {
    return this.#alone((run) =>
      this.#transaction(run, () => movedBy(run, statement(this.#turn, this.#head))),
    );
  }

  #alone(use: (run: RunStatement) => Promise<void>): Promise<void> {
    return this.#session.alone(async (run) => {
      // A transaction that may still be on its way could otherwise meet one that does not expect it.
      if (!this.#usable) {
        throw new LogError(
          'log-unusable',
          'an earlier commit ended with an unknown outcome; open the log again',
        );
      }
      await use(run);
    });
  }

  async #transactionOf(run: RunStatement, queries: readonly PostgresQuery[]): Promise<void> {
    await this.#transaction(run, async () => {
      await run({ text: 'BEGIN', values: [] });
      for (const query of queries) {
        if ((await movedBy(run, query)) === 0) {
          await run({ text: 'ROLLBACK', values: [] });
          return 0;
        }
      }
      await run({ text: 'COMMIT', values: [] });
      return 1;
    });
  }

  /** @param attempt gives how many head rows it moved: 1, or 0 when another writer has the turn */
  async #transaction(run: RunStatement, attempt: () => Promise<number>): Promise<void> {
    const moved = await retrying(async () => {
      try {
        return await attempt();
      } catch (error) {
        this.#usable = isRolledBack(error) && (await hasNoTransaction(run));
        throw error;
      }
    });
    if (moved === 1) return;
    this.#usable = false;
    throw new LogError('log-locked', 'another writer has taken the log over');
  }
}

async function movedBy(run: RunStatement, query: PostgresQuery): Promise<number> {
  const [row] = await run(query);
  return wholeNumber(row ?? {}, 'moved');
}

/**
 * Ends what is left of a failed transaction, and finds out whether the session lives: when it does not, the server may
 * have failed while it committed, whatever it said.
 */
async function hasNoTransaction(run: RunStatement): Promise<boolean> {
  try {
    // Not ROLLBACK alone, which CockroachDB refuses outside of a transaction.
    await run({ text: 'BEGIN', values: [] }).catch(() => undefined);
    await run({ text: 'ROLLBACK', values: [] });
    return true;
  } catch {
    return false;
  }
}
