import { closeSync, fdatasync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { LogError } from '../log-error.ts';
import { decodeIndexes, encodeIndexes } from './index-list.ts';
import type { Commit, LogStore, StoredEntry, StoredHead, StreamSegment } from './log-store.ts';
import { sqliteError } from './sqlite-error.ts';
import { createSqliteFile, openSqliteFile, type SqliteFile, sqliteFileExists } from './sqlite-file.ts';

/** Entries written by one statement: fewer, larger statements halve the cost of a batch. */
const ROWS_PER_INSERT = 32;

type Row = Record<string, SQLOutputValue>;

/** A log in one SQLite file, in WAL mode: a commit resolves when the write-ahead log is synced. */
export class SqliteStore implements LogStore {
  readonly #database: DatabaseSync;
  /** Descriptor of the file that a commit is written to. */
  readonly #writeAheadLog: number;
  readonly #statements = new Map<string, StatementSync>();
  #usable = true;

  private constructor({ database, writeAheadLog }: SqliteFile) {
    this.#database = database;
    this.#writeAheadLog = writeAheadLog;
  }

  /**
   * Opens the log at `path`, and makes it first when there is none.
   *
   * @param path absolute path of the file
   * @param firstCheckpoint gives the checkpoint of an empty log, should one be made
   * @throws LogError as `openSqliteFile` and `createSqliteFile`
   */
  static open(path: string, firstCheckpoint: () => string, maxBytes?: number): SqliteStore {
    if (!sqliteFileExists(path)) createSqliteFile(path, firstCheckpoint());
    return new SqliteStore(openSqliteFile(path, maxBytes));
  }

  get usable(): boolean {
    return this.#usable;
  }

  head(): StoredHead {
    const last = this.#get('SELECT checkpoint, seal FROM entry ORDER BY idx DESC LIMIT 1');
    if (last !== undefined) return { checkpoint: text(last, 'checkpoint'), seal: blob(last, 'seal') };
    return { checkpoint: text(this.#get('SELECT checkpoint FROM beginning'), 'checkpoint'), seal: undefined };
  }

  size(): number {
    return integer(this.#get('SELECT coalesce(max(idx) + 1, 0) AS size FROM entry'), 'size');
  }

  entries(from: number, to: number): readonly StoredEntry[] {
    const rows = this.#all(
      'SELECT idx, leaf_hash, bytes FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx',
      from,
      to,
    );
    return rows.map((row) => ({
      index: integer(row, 'idx'),
      leafHash: blob(row, 'leaf_hash'),
      bytes: blob(row, 'bytes'),
    }));
  }

  streamVersion(stream: string, before: number): number {
    const sql =
      'SELECT first_version + length(indexes) / 6 - 1 AS version FROM stream_segment ' +
      'WHERE stream = ? AND indexes < ? ORDER BY first_version DESC LIMIT 1';
    const [row] = this.#all(sql, stream, encodeIndexes([before]));
    return row === undefined ? 0 : integer(row, 'version');
  }

  streamSegments(stream: string, before: number): readonly StreamSegment[] {
    const sql =
      'SELECT first_version, indexes FROM stream_segment WHERE stream = ? AND indexes < ? ORDER BY first_version';
    return this.#all(sql, stream, encodeIndexes([before])).map((row) => ({
      firstVersion: integer(row, 'first_version'),
      indexes: decodeIndexes(blob(row, 'indexes')),
    }));
  }

  subjectIndexes(subject: string, before: number): readonly number[] {
    const sql =
      'SELECT indexes FROM subject_segment WHERE subject = ? AND first_index < ? ORDER BY first_index';
    return this.#all(sql, subject, before).flatMap((row) => decodeIndexes(blob(row, 'indexes')));
  }

  indexedPositions(): { readonly streams: number; readonly subjects: number } {
    const count = (table: string): number =>
      integer(
        this.#get(`SELECT coalesce(sum(length(indexes)), 0) / 6 AS positions FROM ${table}`),
        'positions',
      );
    return { streams: count('stream_segment'), subjects: count('subject_segment') };
  }

  tile(level: number, index: number): Uint8Array | undefined {
    const [row] = this.#all('SELECT hashes FROM tile WHERE level = ? AND idx = ?', level, index);
    return row === undefined ? undefined : blob(row, 'hashes');
  }

  async commit(commit: Commit): Promise<void> {
    try {
      this.#run('BEGIN IMMEDIATE');
      this.#write(commit);
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
    await this.#sync();
  }

  close(): void {
    try {
      this.#database.close();
    } catch (error) {
      throw sqliteError(error);
    } finally {
      closeSync(this.#writeAheadLog);
    }
  }

  /** Makes the write-ahead log durable, with every commit in it, while this thread goes on. */
  #sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#writeAheadLog, (error) => {
        if (error === null) {
          resolve();
          return;
        }
        // After a sync that failed the kernel may count the lost pages as written.
        this.#usable = false;
        reject(new LogError('log-io', 'the operating system refused to sync the log', { cause: error }));
      });
    });
  }

  #write(commit: Commit): void {
    this.#writeEntries(commit);
    for (const { level, index, hashes } of commit.tiles) {
      this.#run('INSERT OR REPLACE INTO tile VALUES (?, ?, ?)', level, index, hashes);
    }
    for (const [stream, { firstVersion, indexes }] of commit.streams) {
      this.#run('INSERT INTO stream_segment VALUES (?, ?, ?)', stream, firstVersion, encodeIndexes(indexes));
    }
    for (const [subject, indexes] of commit.subjects) {
      this.#run(
        'INSERT INTO subject_segment VALUES (?, ?, ?)',
        subject,
        indexes[0] ?? null,
        encodeIndexes(indexes),
      );
    }
  }

  #writeEntries({ entries, checkpoint, seal }: Commit): void {
    for (let start = 0; start < entries.length;) {
      const rows = entries.length - start >= ROWS_PER_INSERT ? ROWS_PER_INSERT : 1;
      const values: SQLInputValue[] = [];
      for (const { index, leafHash, bytes } of entries.slice(start, start + rows)) {
        values.push(index, leafHash, bytes, null, null);
      }
      start += rows;
      if (start === entries.length) values.splice(-2, 2, checkpoint, seal);
      this.#run(rows === 1 ? INSERT_ENTRY : INSERT_ENTRIES, ...values);
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

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    try {
      return this.#statement(sql).all(...values);
    } catch (error) {
      throw sqliteError(error);
    }
  }

  #get(sql: string): Row | undefined {
    return this.#all(sql)[0];
  }
}

const INSERT_ENTRY = 'INSERT INTO entry VALUES (?, ?, ?, ?, ?)';
const INSERT_ENTRIES = `INSERT INTO entry VALUES ${Array<string>(ROWS_PER_INSERT).fill('(?, ?, ?, ?, ?)').join()}`;

function text(row: Row | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value !== 'string') throw malformedColumn(column);
  return value;
}

function integer(row: Row | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value !== 'number') throw malformedColumn(column);
  return value;
}

function blob(row: Row | undefined, column: string): Uint8Array {
  const value = row?.[column];
  if (!(value instanceof Uint8Array)) throw malformedColumn(column);
  return value;
}

function malformedColumn(column: string): LogError {
  return new LogError('log-corrupt', 'a stored value is missing or of another type', { value: column });
}
