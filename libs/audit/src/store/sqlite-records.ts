import { LogError } from '../log-error.ts';
import { decodeIndexes, encodeIndexes } from './index-list.ts';
import type { Commit, LogRecords, StoredEntry, StoredHead, StreamSegment } from './log-records.ts';
import { commitStatements, namesIn } from './sqlite-commit.ts';
import { blob, integer, type SqliteDatabase, text } from './sqlite-database.ts';

/**
 * Positions of a log's entries in the one table of all logs: its number times this, and the index. Every log is a run of
 * rows, and appending to it writes to one page.
 */
export const INDEXES_PER_LOG: number = 2 ** 40;

/** The records of one log in an SQLite file. */
export class SqliteRecords implements LogRecords {
  readonly #database: SqliteDatabase;
  readonly #log: number;
  readonly #first: number;
  readonly #firstCheckpoint: string;
  readonly #release: () => void;
  readonly mayTrail = true;

  /**
   * @param log number of the log in the file, from 1 to 8,191
   * @param firstCheckpoint of the empty log
   * @param release called when the records are closed
   */
  constructor(database: SqliteDatabase, log: number, firstCheckpoint: string, release: () => void) {
    this.#database = database;
    this.#log = log;
    this.#first = log * INDEXES_PER_LOG;
    this.#firstCheckpoint = firstCheckpoint;
    this.#release = release;
  }

  get usable(): boolean {
    return this.#database.usable;
  }

  head(): StoredHead {
    const last = this.#last('position, seal', 'TRUE');
    const signed = this.#last('checkpoint', 'checkpoint IS NOT NULL');
    return {
      size: last === undefined ? 0 : integer(last, 'position') - this.#first + 1,
      checkpoint: signed === undefined ? this.#firstCheckpoint : text(signed, 'checkpoint'),
      seal: last === undefined ? undefined : blob(last, 'seal'),
    };
  }

  entries(from: number, to: number): readonly StoredEntry[] {
    const rows = this.#database.all(
      'SELECT position, leaf_hash, bytes FROM entry WHERE position >= ? AND position < ? ORDER BY position',
      this.#first + from,
      this.#first + to,
    );
    return rows.map((row) => ({
      index: integer(row, 'position') - this.#first,
      leafHash: blob(row, 'leaf_hash'),
      bytes: blob(row, 'bytes'),
    }));
  }

  streamVersions(streams: readonly string[], before: number): ReadonlyMap<string, number> {
    const sql =
      'SELECT first_version + length(indexes) / 6 - 1 AS version FROM stream_segment ' +
      'WHERE log = ? AND stream = ? AND indexes < ? ORDER BY first_version DESC LIMIT 1';
    const end = encodeIndexes([before]);
    const versions = new Map<string, number>();
    for (const stream of streams.filter(isText)) {
      const [row] = this.#database.all(sql, this.#log, stream, end);
      if (row !== undefined) versions.set(stream, integer(row, 'version'));
    }
    return versions;
  }

  streamSegments(stream: string, before: number): readonly StreamSegment[] {
    if (!isText(stream)) return [];
    const sql =
      'SELECT first_version, indexes FROM stream_segment WHERE log = ? AND stream = ? AND indexes < ? ' +
      'ORDER BY first_version';
    return this.#database.all(sql, this.#log, stream, encodeIndexes([before])).map((row) => ({
      firstVersion: integer(row, 'first_version'),
      indexes: decodeIndexes(blob(row, 'indexes')),
    }));
  }

  subjectIndexes(subject: string, before: number): readonly number[] {
    if (!isText(subject)) return [];
    const sql =
      'SELECT indexes FROM subject_segment WHERE log = ? AND subject = ? AND first_index < ? ORDER BY first_index';
    const rows = this.#database.all(sql, this.#log, subject, before);
    return rows.flatMap((row) => decodeIndexes(blob(row, 'indexes')));
  }

  keyIndexes(keys: readonly string[], before: number): ReadonlyMap<string, number> {
    const sql = 'SELECT idx FROM idempotency_key WHERE log = ? AND key = ? AND idx < ?';
    const indexes = new Map<string, number>();
    for (const key of keys.filter(isText)) {
      const [row] = this.#database.all(sql, this.#log, key, before);
      if (row !== undefined) indexes.set(key, integer(row, 'idx'));
    }
    return indexes;
  }

  indexedPositions(): { readonly streams: number; readonly subjects: number; readonly keys: number } {
    const count = (positions: string, table: string): number => {
      const [row] = this.#database.all(
        `SELECT coalesce(${positions}, 0) AS positions FROM ${table} WHERE log = ?`,
        this.#log,
      );
      return integer(row, 'positions');
    };
    return {
      streams: count('sum(length(indexes)) / 6', 'stream_segment'),
      subjects: count('sum(length(indexes)) / 6', 'subject_segment'),
      keys: count('count(*)', 'idempotency_key'),
    };
  }

  tile(level: number, index: number): Uint8Array | undefined {
    const sql = 'SELECT hashes FROM tile WHERE log = ? AND level = ? AND idx = ?';
    const [row] = this.#database.all(sql, this.#log, level, index);
    return row === undefined ? undefined : blob(row, 'hashes');
  }

  personal(index: number): Uint8Array | undefined {
    const [row] = this.#database.all('SELECT sealed FROM personal WHERE position = ?', this.#first + index);
    return row === undefined ? undefined : blob(row, 'sealed');
  }

  subjectKey(subject: string): Uint8Array | undefined {
    if (!isText(subject)) return undefined;
    const sql = 'SELECT wrapped FROM subject_key WHERE log = ? AND subject = ?';
    const [row] = this.#database.all(sql, this.#log, subject);
    return row === undefined ? undefined : blob(row, 'wrapped');
  }

  keepSubjectKey(subject: string, wrapped: Uint8Array): void {
    requireText(subject);
    this.#database.commit((run) => {
      run('INSERT INTO subject_key VALUES (?, ?, ?)', this.#log, subject, wrapped);
    });
  }

  eraseSubject(subject: string): void {
    if (!isText(subject)) return;
    this.#database.commit((run) => {
      run('DELETE FROM subject_key WHERE log = ? AND subject = ?', this.#log, subject);
      const [from, to] = [this.#first, this.#first + INDEXES_PER_LOG];
      run('DELETE FROM personal WHERE subject = ? AND position >= ? AND position < ?', subject, from, to);
    });
    // What was deleted also stands in the write-ahead log, until it is written back and emptied.
    this.#database.all('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  keepCheckpoint(checkpoint: string, seal?: Uint8Array): void {
    const [first, end] = [this.#first, this.#first + INDEXES_PER_LOG];
    this.#database.commit((run) => {
      run(
        'UPDATE entry SET checkpoint = ?, seal = coalesce(?, seal) WHERE position = ' +
          '(SELECT max(position) FROM entry WHERE position >= ? AND position < ?)',
        checkpoint,
        seal ?? null,
        first,
        end,
      );
    });
  }

  commit(commit: Commit): void {
    for (const name of namesIn(commit)) requireText(name);
    this.#database.commit((run) => {
      for (const { sql, values } of commitStatements(commit, this.#log, this.#first)) run(sql, ...values);
    });
  }

  firstIndex(): number {
    const sql = 'SELECT min(position) AS position FROM entry WHERE position >= ? AND position < ?';
    const [row] = this.#database.all(sql, this.#first, this.#first + INDEXES_PER_LOG);
    return row?.position === null ? 0 : integer(row, 'position') - this.#first;
  }

  firstPersonalIndex(): number | undefined {
    const sql = 'SELECT min(position) AS position FROM personal WHERE position >= ? AND position < ?';
    const [row] = this.#database.all(sql, this.#first, this.#first + INDEXES_PER_LOG);
    return row?.position === null ? undefined : integer(row, 'position') - this.#first;
  }

  deleteEntries(before: number): void {
    this.#database.commit((run) => {
      run('DELETE FROM entry WHERE position >= ? AND position < ?', this.#first, this.#first + before);
    });
  }

  copyTo(path: string, onProgress: (done: number, total: number) => void): Promise<void> {
    return this.#database.copyTo(path, onProgress);
  }

  close(): void {
    this.#release();
  }

  /** Columns of the newest row for which a condition holds. */
  #last(columns: string, condition: string): ReturnType<SqliteDatabase['all']>[number] | undefined {
    const sql =
      `SELECT ${columns} FROM entry WHERE position >= ? AND position < ? AND ${condition} ` +
      'ORDER BY position DESC LIMIT 1';
    return this.#database.all(sql, this.#first, this.#first + INDEXES_PER_LOG)[0];
  }
}

/** SQLite takes a lone surrogate for U+FFFD, and would find what is stored under that. */
function isText(name: string): boolean {
  return name.isWellFormed();
}

/** @throws LogError `event-malformed` */
function requireText(name: string): void {
  if (isText(name)) return;
  throw new LogError('event-malformed', 'a name with a lone surrogate has no UTF-8 form', {
    value: JSON.stringify(name.slice(0, 64)),
    limit: 'well-formed Unicode',
  });
}
