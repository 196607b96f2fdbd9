import {
  backup,
  type DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from 'node:sqlite';
import { LogError } from '../log-error.ts';
import { sqliteError } from './sqlite-error.ts';

/** A row as SQLite gives it. */
export type SqliteRow = Record<string, SQLOutputValue>;

/** Runs one statement that writes. */
export type RunStatement = (sql: string, ...values: SQLInputValue[]) => void;

/** The one connection to a file of logs: prepared statements, and commits that are all or nothing. */
export class SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #usable = true;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** False for good once a commit ended with an unknown outcome. */
  get usable(): boolean {
    return this.#usable;
  }

  /** @throws LogError as `sqliteError` tells. */
  all(sql: string, ...values: SQLInputValue[]): SqliteRow[] {
    try {
      return this.#statement(sql).all(...values);
    } catch (error) {
      throw sqliteError(error);
    }
  }

  /**
   * Makes what `write` runs durable, all of it or nothing.
   *
   * @throws LogError as `sqliteError` tells, or what `write` throws; afterwards {@link usable} says whether the outcome
   * is known.
   */
  commit(write: (run: RunStatement) => void): void {
    try {
      this.#run('BEGIN IMMEDIATE');
      write((sql, ...values) => {
        this.#statement(sql).run(...values);
      });
    } catch (error) {
      this.#rollback();
      throw sqliteError(error);
    }
    try {
      this.#run('COMMIT');
    } catch (error) {
      // Whether the frame that commits reached the disk is known only to whoever opens the file next.
      this.#usable = false;
      throw sqliteError(error);
    }
  }

  /** @throws LogError as `sqliteError` tells. */
  async copyTo(path: string, onProgress: (done: number, total: number) => void): Promise<void> {
    try {
      await backup(this.#database, path, {
        progress: ({ totalPages, remainingPages }) => {
          onProgress(totalPages - remainingPages, totalPages);
        },
      });
    } catch (error) {
      throw sqliteError(error);
    }
  }

  close(): void {
    try {
      this.#database.close();
    } catch (error) {
      throw sqliteError(error);
    }
  }

  #rollback(): void {
    // After some errors SQLite has rolled back already.
    if (!this.#database.isTransaction) return;
    try {
      this.#run('ROLLBACK');
    } catch {
      this.#usable = false;
    }
  }

  #run(sql: string): void {
    this.#statement(sql).run();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** @throws LogError `log-corrupt` unless the column holds text. */
export function text(row: SqliteRow | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value !== 'string') throw malformedColumn(column);
  return value;
}

/** @throws LogError `log-corrupt` unless the column holds a whole number. */
export function integer(row: SqliteRow | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value !== 'number') throw malformedColumn(column);
  return value;
}

/** @throws LogError `log-corrupt` unless the column holds bytes. */
export function blob(row: SqliteRow | undefined, column: string): Uint8Array {
  const value = row?.[column];
  if (!(value instanceof Uint8Array)) throw malformedColumn(column);
  return value;
}

function malformedColumn(column: string): LogError {
  return new LogError('log-corrupt', 'a stored value is missing or of another type', { value: column });
}
