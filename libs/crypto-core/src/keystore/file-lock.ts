import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { CryptoError } from '../error.ts';
import { isErrno } from './durable-file.ts';

const OWNER_ONLY = 0o600;
const SQLITE_BUSY = 5;
const POLL_MS = 5;
const PATIENCE_MS = 10_000;

/**
 * Runs something while no other process, and nothing else in this one, does so for the same path: what reads a file,
 * changes it and writes it back loses no change of another. The lock is SQLite's on an empty database beside the file,
 * because the operating system takes it from a process that is killed; a lock file that merely exists would stay.
 *
 * @throws CryptoError `keystore-locked` after ten seconds, `keystore-unwritable`
 */
export async function withFileLock<T>(path: string, run: () => Promise<T>): Promise<T> {
  const lock = await acquire(path);
  try {
    return await run();
  } finally {
    lock.close();
  }
}

async function acquire(path: string): Promise<DatabaseSync> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = tryLock(path);
    if (lock !== undefined) return lock;
    if (performance.now() > deadline) {
      throw new CryptoError('keystore-locked', 'another process holds the lock of the file of keys', {
        value: path,
        limit: `${PATIENCE_MS} ms`,
      });
    }
    await delay(POLL_MS);
  }
}

function tryLock(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    createFile(`${path}.lock`);
    database = new DatabaseSync(`${path}.lock`);
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw new CryptoError('keystore-unwritable', 'the lock of the file of keys cannot be taken', {
      value: `${path}.lock`,
      cause: error,
    });
  }
}

/**
 * Created here, because SQLite would let others open it, and hold it. Only where it is not there: to close a file of any
 * kind takes away every lock that this process has on it.
 */
function createFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', OWNER_ONLY));
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}
