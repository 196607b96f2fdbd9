import { resolve } from 'node:path';
import { LogError } from '../log-error.ts';
import type { LogRecords } from './log-records.ts';
import type { Awaitable } from './awaitable.ts';
import type { LogStore } from './log-store.ts';
import { integer, SqliteDatabase, text } from './sqlite-database.ts';
import { createSqliteFile, openSqliteFile, sqliteFileExists } from './sqlite-file.ts';
import { INDEXES_PER_LOG, SqliteRecords } from './sqlite-records.ts';

/** Logs in one file: their positions must stay whole numbers of a double. */
const MAX_LOGS = 8191;

/** Smallest `maxBytes`: an empty log and its indexes take some pages. */
const MIN_BYTES = 1_048_576;

/** How an SQLite store is opened. */
export interface SqliteStoreOptions {
  /** Largest size of the file in bytes, from 1 MiB; beyond it an append is refused with `log-full`. */
  readonly maxBytes?: number;
}

/**
 * Opens the SQLite file at `path`, and makes it when there is none. The file is this store's alone until it is closed or
 * the process ends. It is in WAL mode: a commit returns when the write-ahead log is synced.
 *
 * @throws LogError `option-malformed`, `log-locked`, `log-cannot-open`, `log-format`, `log-corrupt`, `log-full`,
 * `log-io`.
 */
export function openSqliteStore(path: string, options: SqliteStoreOptions = {}): LogStore {
  const { maxBytes } = options;
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new LogError('option-malformed', 'the path of a log is the name of a file', { value: typeof path });
  }
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes >= MIN_BYTES)) {
    throw new LogError('option-malformed', 'maxBytes is too small for a log', {
      value: String(maxBytes),
      limit: `at least ${MIN_BYTES} bytes`,
    });
  }
  // Resolved, because SQLite gives names such as ":memory:" and "file:…" a meaning of their own.
  const file = resolve(path);
  if (!sqliteFileExists(file)) createSqliteFile(file);
  const database = new SqliteDatabase(openSqliteFile(file, maxBytes));
  try {
    refuseStrayEntries(database);
    return new SqliteStore(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Numbers of logs have no gap, and no entry has a number beyond them: a log that lost its row is not taken for none. */
function refuseStrayEntries(database: SqliteDatabase): void {
  const [row] = database.all(
    'SELECT count(*) AS logs, coalesce(max(id), 0) AS last, (SELECT coalesce(max(position), 0) FROM entry) AS position ' +
      'FROM log',
  );
  const logs = integer(row, 'logs');
  if (integer(row, 'last') === logs && integer(row, 'position') < (logs + 1) * INDEXES_PER_LOG) return;
  throw new LogError('log-corrupt', 'the table of logs lacks one, or has one too many', {
    value: `${logs} logs`,
  });
}

class SqliteStore implements LogStore {
  readonly #database: SqliteDatabase;
  readonly #open = new Set<string>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  origins(): readonly string[] {
    return this.#database.all('SELECT origin FROM log ORDER BY id').map((row) => text(row, 'origin'));
  }

  async open(origin: string, firstCheckpoint: () => Awaitable<string>): Promise<LogRecords> {
    if (this.#open.has(origin)) {
      throw new LogError('log-locked', 'the log is open already in this process', { value: origin });
    }
    this.#open.add(origin);
    try {
      const [id, checkpoint] = this.#find(origin) ?? this.#make(origin, await firstCheckpoint());
      return new SqliteRecords(this.#database, id, checkpoint, () => {
        this.#open.delete(origin);
      });
    } catch (error) {
      this.#open.delete(origin);
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  #find(origin: string): [id: number, checkpoint: string] | undefined {
    const [row] = this.#database.all('SELECT id, checkpoint FROM log WHERE origin = ?', origin);
    return row === undefined ? undefined : [integer(row, 'id'), text(row, 'checkpoint')];
  }

  #make(origin: string, checkpoint: string): [id: number, checkpoint: string] {
    const id = this.origins().length + 1;
    if (id > MAX_LOGS) {
      throw new LogError('log-full', 'the file holds no more logs', {
        value: `${id} logs`,
        limit: `${MAX_LOGS} logs`,
      });
    }
    this.#database.commit((run) => {
      run('INSERT INTO log VALUES (?, ?, ?)', id, origin, checkpoint);
    });
    return [id, checkpoint];
  }
}
