import { createHash, randomUUID } from 'node:crypto';
import { closeSync, createReadStream, existsSync, linkSync, openSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import { LogError } from '../log-error.ts';
import { checkLog } from '../log/check-log.ts';
import { recover, type Recovered } from '../log/recovery.ts';
import type { LogRecords } from '../store/log-records.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { syncFolder } from '../store/sync-folder.ts';

/** How far a long task is. */
export interface TaskProgress {
  readonly done: number;
  readonly total: number;
  readonly unit: 'pages' | 'entries';
}

/** What a backup holds, proven by reading it. */
export interface BackupReport {
  readonly path: string;
  /** Entries of the log in it. */
  readonly size: number;
  /** The signed note that it ends with: pin it, and restoring proves that nothing is missing. */
  readonly checkpoint: string;
  /** Of the file, in hexadecimal, to compare copies by. */
  readonly sha256: string;
}

/** What is backed up. */
export interface BackupSource {
  readonly origin: string;
  readonly records: LogRecords;
  readonly issuer: CheckpointIssuer;
  /** The checkpoint that the records end with, stored in them. */
  readonly checkpoint: string;
}

/**
 * Copies the store of a log to a new file while the log goes on, then opens the copy and checks every entry of the log in
 * it. The file appears under its name only when all of that is done and synced.
 *
 * @throws LogError `backup-refused` where the store cannot be copied to a file, the file exists, or the copy is not whole;
 * `log-full`, `log-io`, `log-cannot-open`
 */
export async function backupLog(
  source: BackupSource,
  path: string,
  onProgress: (progress: TaskProgress) => void = () => undefined,
): Promise<BackupReport> {
  const target = resolve(path);
  if (source.records.copyTo === undefined) {
    throw new LogError('backup-refused', 'the store has no files to copy: use the backup of its database');
  }
  if (existsSync(target)) {
    throw new LogError('backup-refused', 'a backup replaces no file', { value: target, limit: 'a new file' });
  }
  const draft = `${target}.new-${randomUUID()}`;
  try {
    // Made here, because SQLite would let others read it.
    closeSync(openSync(draft, 'wx', 0o600));
    await source.records.copyTo(draft, (done, total) => {
      onProgress({ done, total, unit: 'pages' });
    });
    const size = await checkCopy(source, draft, onProgress);
    await syncFile(draft);
    linkSync(draft, target);
    syncFolder(dirname(target));
    return { path: target, size, checkpoint: source.checkpoint, sha256: await digestOf(target) };
  } finally {
    for (const suffix of ['', '-wal', '-journal']) rmSync(`${draft}${suffix}`, { force: true });
  }
}

async function checkCopy(
  { origin, issuer, checkpoint }: BackupSource,
  path: string,
  onProgress: (progress: TaskProgress) => void,
): Promise<number> {
  const store = openSqliteStore(path);
  try {
    const records = await store.open(origin, () => checkpoint);
    const expected = issuer.open(checkpoint);
    let recovered: Recovered | undefined;
    const { ok, entries, problems } = await checkLog(
      records,
      origin,
      async () => {
        recovered = await recover(records, issuer, origin);
      },
      (done, total) => {
        onProgress({ done, total, unit: 'entries' });
      },
    );
    if (entries < expected.size || !ok) {
      throw new LogError('backup-refused', 'the copy does not hold the whole log', {
        value: problems[0]?.detail ?? `${entries} entries`,
        limit: `${expected.size} entries`,
      });
    }
    if (recovered?.namedPin !== undefined) await endWithoutPin(records, issuer, recovered);
    await records.close();
    return entries;
  } finally {
    await store.close();
  }
}

/** A copy that was made while the log went on ends where it ends: what followed in the pin is not of it. */
async function endWithoutPin(
  records: LogRecords,
  issuer: CheckpointIssuer,
  { checkpoint, tree }: Recovered,
): Promise<void> {
  await records.keepCheckpoint(checkpoint, issuer.headSeal.seal(tree.size, tree.root()));
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}
