import { resolve } from 'node:path';
import { LogError } from '../log-error.ts';
import { checkLog, type CheckReport } from '../log/check-log.ts';
import { readStoredTree } from '../log/stored-tree.ts';
import type { LogRecords } from '../store/log-records.ts';
import { sqliteFileExists } from '../store/sqlite-file.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { type CheckpointStatement, readCheckpoint } from '../verify/checkpoint-text.ts';
import { openNote } from '../verify/note.ts';

/** What is checked, and against what. */
export interface FsckOptions {
  readonly origin: string;
  /** The log's Ed25519 key, 32 bytes. The signing key is not needed. */
  readonly publicKey: Uint8Array;
  /** A checkpoint that was kept elsewhere: the log must contain it. */
  readonly pinnedCheckpoint?: string;
  /** Entries that are read, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was found. */
export interface FsckReport extends CheckReport {
  /**
   * Entries that the stored checkpoint covers. Those behind it are sealed for the holder of the signing key, and proven to
   * nobody else until the log is opened and signs them.
   */
  readonly signed: number;
}

/**
 * Reads a log that nobody has open, without its signing key: every entry, the chain, the tree, the tiles, the indexes, and
 * the signed checkpoint in it. Changes nothing but what SQLite writes back of its own write-ahead log.
 *
 * @throws LogError what `openSqliteStore` throws; `log-cannot-open` where there is no such log
 */
export async function fsck(path: string, o: FsckOptions): Promise<FsckReport> {
  if (!sqliteFileExists(resolve(path))) {
    throw new LogError('log-cannot-open', 'there is no such file', { value: path });
  }
  const store = openSqliteStore(path);
  try {
    const records = await store.open(o.origin, () => {
      throw new LogError('log-cannot-open', 'the file holds no log of this origin', { value: o.origin });
    });
    let signed = 0;
    const report = await checkLog(
      records,
      o.origin,
      async () => {
        signed = await checkHead(records, o);
      },
      o.onProgress,
    );
    return { ...report, signed };
  } finally {
    await store.close();
  }
}

/** @returns how many entries the stored checkpoint covers */
async function checkHead(records: LogRecords, o: FsckOptions): Promise<number> {
  const { checkpoint, size } = await records.head();
  const stored = statementOf(checkpoint, o, 'log-corrupt');
  await requireTree(records, o.origin, size, stored, 'log-corrupt');
  if (o.pinnedCheckpoint !== undefined) {
    const pinned = statementOf(o.pinnedCheckpoint, o, 'note-malformed');
    await requireTree(records, o.origin, size, pinned, 'log-rolled-back');
  }
  return stored.size;
}

function statementOf(
  note: string,
  { origin, publicKey }: FsckOptions,
  code: 'log-corrupt' | 'note-malformed',
): CheckpointStatement {
  const opened = openNote(note, origin, publicKey);
  const statement = opened.ok ? readCheckpoint(opened.text) : undefined;
  if (statement?.origin === origin) return statement;
  throw new LogError(code, 'the checkpoint is not one of this log, signed by this key', {
    value: opened.ok ? 'another origin' : opened.reason,
  });
}

async function requireTree(
  records: LogRecords,
  origin: string,
  size: number,
  checkpoint: CheckpointStatement,
  code: 'log-corrupt' | 'log-rolled-back',
): Promise<void> {
  const isWithin = checkpoint.size <= size;
  const root = isWithin
    ? await (await readStoredTree(records, origin, size)).rootAt(checkpoint.size)
    : undefined;
  if (root !== undefined && Buffer.compare(root, checkpoint.rootHash) === 0) return;
  throw new LogError(code, 'the log does not contain the checkpoint', {
    value: `${size} entries`,
    limit: `a checkpoint of ${checkpoint.size} entries`,
  });
}
