import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LogError } from '../log-error.ts';
import { sqliteError } from './sqlite-error.ts';
import { syncFolder } from './sync-folder.ts';

/** Marks the file as a log: "BEal" in its header, where file(1) and SQLite's own tools show it. */
const APPLICATION_ID = 0x4245616c;
const SCHEMA_VERSION = 4;

/** A single append writes one page, and as much of the write-ahead log. */
const PAGE_BYTES = 4096;

/** Pages after which SQLite writes the write-ahead log back: some batches of thousands of entries. */
const WAL_PAGES = 2_000;

/** Frames of a page and its header of 24 bytes, behind the file's header of 32. */
const RESERVED_WAL_BYTES = 32 + WAL_PAGES * (24 + PAGE_BYTES);

const TABLES = [
  // The checkpoint of the empty log: whose log it is.
  'CREATE TABLE log (id INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE, checkpoint TEXT NOT NULL) STRICT',
  // Checkpoint and seal stand with the last entry of their commit: one page less to write for every commit.
  'CREATE TABLE entry (position INTEGER PRIMARY KEY, leaf_hash BLOB NOT NULL, bytes BLOB NOT NULL, ' +
    'checkpoint TEXT, seal BLOB) STRICT',
  'CREATE TABLE tile (log INTEGER, level INTEGER, idx INTEGER, hashes BLOB NOT NULL, ' +
    'PRIMARY KEY (log, level, idx)) STRICT',
  'CREATE TABLE stream_segment (log INTEGER, stream TEXT, first_version INTEGER, indexes BLOB NOT NULL, ' +
    'PRIMARY KEY (log, stream, first_version)) STRICT',
  'CREATE TABLE subject_segment (log INTEGER, subject TEXT, first_index INTEGER, indexes BLOB NOT NULL, ' +
    'PRIMARY KEY (log, subject, first_index)) STRICT',
  'CREATE TABLE idempotency_key (log INTEGER, key TEXT, idx INTEGER NOT NULL, PRIMARY KEY (log, key)) ' +
    'STRICT, WITHOUT ROWID',
  'CREATE TABLE personal (position INTEGER PRIMARY KEY, subject TEXT NOT NULL, sealed BLOB NOT NULL) STRICT',
  'CREATE INDEX personal_subject ON personal (subject)',
  'CREATE TABLE subject_key (log INTEGER, subject TEXT, wrapped BLOB NOT NULL, PRIMARY KEY (log, subject)) ' +
    'STRICT, WITHOUT ROWID',
];

/**
 * Makes a file without logs, whole or not at all: it is written under another name, synced, and only then
 * linked to `path`. Does nothing when another writer was first.
 *
 * @throws LogError `log-corrupt` when the file is gone but its write-ahead log is not, `log-cannot-open`, `log-full`,
 * `log-io`.
 */
export function createSqliteFile(path: string): void {
  if (existsSync(`${path}-wal`)) {
    throw new LogError('log-corrupt', 'the log is missing, but its write-ahead log is not', {
      value: `${path}-wal`,
    });
  }
  const draft = `${path}.new-${randomUUID()}`;
  try {
    // Created here, because SQLite would let others read it.
    closeSync(openSync(draft, 'wx', 0o600));
    try {
      writeEmptyFile(draft);
      linkSync(draft, path);
    } finally {
      for (const suffix of ['', '-journal']) rmSync(`${draft}${suffix}`, { force: true });
    }
    syncFolder(dirname(path));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw cannotCreate(path, error);
  }
}

function writeEmptyFile(path: string): void {
  using database = new DatabaseSync(path);
  database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA synchronous = EXTRA; BEGIN; ${TABLES.join(';')}`);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
}

/**
 * Opens the file of a log for one writer: from here until it is closed, and at the latest until the process ends, no
 * other connection reads or writes it.
 *
 * @throws LogError `log-locked`, `log-format`, `log-corrupt`, `log-cannot-open`, `log-io`.
 */
export function openSqliteFile(path: string, maxBytes: number | undefined): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0, allowExtension: false });
    // Exclusive before the first access: the lock is then taken at once, and no shared-memory file is needed.
    database.exec(
      // What is deleted was erased on purpose: its bytes are overwritten.
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; ' +
        'PRAGMA secure_delete = ON',
    );
    // FULL syncs the write-ahead log in every commit (sqlite.org/pragma.html#pragma_synchronous). Doing that on another
    // thread was measured: waking it up takes longer than what could be done meanwhile.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}; BEGIN IMMEDIATE; COMMIT`);
    refuseOtherFormat(database);
    if (maxBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`);
    prepareWriteAheadLog(`${path}-wal`);
    return database;
  } catch (error) {
    database?.close();
    throw sqliteError(error);
  }
}

/**
 * Reserves the write-ahead log, and makes its name durable. No lock is on this file that closing a descriptor could drop:
 * SQLite locks the database file.
 */
function prepareWriteAheadLog(path: string): void {
  const file = openSync(path, 'r+');
  try {
    reserve(file);
    fsyncSync(file);
    syncFolder(dirname(path));
  } finally {
    closeSync(file);
  }
}

/**
 * Gives the write-ahead log the size that it reaches before SQLite starts it over (`wal_autocheckpoint`).
 * A sync is cheaper where the file does not grow. SQLite reads frames up to the first without a valid checksum, so
 * zeros behind its own are nothing to it; and this connection has the file to itself by now.
 */
function reserve(file: number): void {
  const { size } = fstatSync(file);
  const missing = RESERVED_WAL_BYTES - size;
  if (missing <= 0) return;
  try {
    writeSync(file, new Uint8Array(missing), 0, missing, size);
  } catch (error) {
    // It is about speed alone: without the room the log works as well.
    if (!hasCode(error, 'ENOSPC') && !hasCode(error, 'EFBIG')) throw error;
  }
}

/** Whether there is a file of logs at `path`, or one is to be made. */
export function sqliteFileExists(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (!stat.isFile()) {
    throw new LogError('log-cannot-open', 'the path is not a file', { value: path, limit: 'a regular file' });
  }
  // SQLite would take it for a new database; a log is never empty, so this one was cut.
  if (stat.size === 0) throw new LogError('log-corrupt', 'the file is empty', { value: path });
  return true;
}

function refuseOtherFormat(database: DatabaseSync): void {
  const id = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  if (id !== APPLICATION_ID || version !== SCHEMA_VERSION) {
    throw new LogError('log-format', 'the database is not a log of a known format', {
      value: `application ${id}, version ${version}`,
      limit: `application ${APPLICATION_ID}, version ${SCHEMA_VERSION}`,
    });
  }
  // A trigger or a view in a file from elsewhere would run with our statements.
  const schema = database.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').all();
  if (schema.map((row) => row.sql).join(';') !== TABLES.join(';')) {
    throw new LogError('log-corrupt', 'the tables of the file are not those of a log');
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function cannotCreate(path: string, error: unknown): LogError {
  if (hasCode(error, 'ERR_SQLITE_ERROR')) return sqliteError(error);
  const code = hasCode(error, 'ENOSPC') ? 'log-full' : 'log-cannot-open';
  return new LogError(code, 'the log cannot be created', { value: path, cause: error });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
