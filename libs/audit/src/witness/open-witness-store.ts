import { closeSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LogError } from '../log-error.ts';
import { sqliteError } from '../store/sqlite-error.ts';
import { syncFolder } from '../store/sync-folder.ts';
import { SqliteWitnessStore } from './sqlite-witness-store.ts';
import type { WitnessStore } from './witness-store.ts';

/** Marks the file as that of a witness: "BEwi" in its header, where file(1) and SQLite's own tools show it. */
const APPLICATION_ID = 0x42457769;
const SCHEMA_VERSION = 1;

/** How long a process waits for another one that writes. */
const BUSY_MS = 10_000;

const TABLE =
  'CREATE TABLE witnessed (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root_hash BLOB NOT NULL, ' +
  'checkpoint TEXT NOT NULL) STRICT';

/** A witness store in a file. To be closed after the witness that it is given to. */
export type WitnessStoreFile = AsyncDisposable & WitnessStore;

/**
 * Opens the SQLite file of a witness, and makes it when there is none. Several processes of one machine may share it; a
 * network file system must not be between them. A file that is lost or rolled back makes the witness forget what it
 * cosigned: it must then never cosign under the same key again.
 *
 * @throws LogError `option-malformed`, `log-cannot-open`, `log-format`, `log-corrupt`, `log-locked`, `log-full`, `log-io`
 */
export function openWitnessStore(path: string): Promise<WitnessStoreFile> {
  return new Promise((fulfil) => {
    fulfil(new SqliteWitnessStore(openDatabase(path)));
  });
}

function openDatabase(path: string): DatabaseSync {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new LogError('option-malformed', 'the path of a witness store is the name of a file', {
      value: typeof path,
    });
  }
  // Resolved, because SQLite gives names such as ":memory:" and "file:…" a meaning of their own.
  const file = resolve(path);
  create(file);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_MS, allowExtension: false });
    database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    // FULL syncs the write-ahead log in every commit (sqlite.org/pragma.html#pragma_synchronous).
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    prepareTable(database);
    // Also of a file that was there: whoever made it may have been killed before its name was durable.
    syncFolder(dirname(file));
    return database;
  } catch (error) {
    database?.close();
    throw sqliteError(error);
  }
}

/** Here, because SQLite would let others read the file. Never opens one that exists: closing it would drop its locks. */
function create(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw new LogError('log-cannot-open', 'the file of the witness cannot be created', {
      value: file,
      cause: error,
    });
  }
}

/** In one transaction, since another process may be at it too. */
function prepareTable(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const schema = database
      .prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid')
      .all()
      .map((row) => row.sql);
    const [id, version] = [pragma(database, 'application_id'), pragma(database, 'user_version')];
    if (schema.length === 0 && id === 0 && version === 0) {
      database.exec(
        `${TABLE}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`,
      );
    } else if (id !== APPLICATION_ID || version !== SCHEMA_VERSION) {
      throw new LogError('log-format', 'the database is not that of a witness of a known format', {
        value: `application ${id}, version ${version}`,
        limit: `application ${APPLICATION_ID}, version ${SCHEMA_VERSION}`,
      });
    } else if (schema.join(';') !== TABLE) {
      // A trigger or a view in a file from elsewhere would run with our statements.
      throw new LogError('log-corrupt', 'the tables of the file are not those of a witness');
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
