import { resolve } from 'node:path';
import { pinNamedIn } from '../checkpoint/head-seal.ts';
import { isLogError, LogError } from '../log-error.ts';
import { checkLog, type CheckReport } from '../log/check-log.ts';
import { isNamed } from '../log/continue-in-pin.ts';
import { readStoredTree } from '../log/stored-tree.ts';
import { TrailingRecords } from '../log/trailing-records.ts';
import type { CheckpointPin } from '../pin/checkpoint-pin.ts';
import { latestKept, latestPinned } from '../pin/pin-with.ts';
import type { LogRecords, StoredHead } from '../store/log-records.ts';
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
  /** The pin of the log: what it holds must be in the log, and entries that it alone has are read too. */
  readonly pin?: CheckpointPin;
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
  /** Whether the log was not closed, so that entries may follow in a pin that was not given. */
  readonly openEnded: boolean;
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
    const inPin = await latestPinned(o.pin);
    const { both, openEnded } = await withPin(records, o);
    let signed = 0;
    const report = await checkLog(
      both,
      o.origin,
      async () => {
        signed = await checkHead(both, o, inPin);
      },
      o.onProgress,
    );
    return { ...report, signed, openEnded };
  } finally {
    await store.close();
  }
}

/** The records with the entries that the pin alone has, and whether there may be more in a pin that was not given. */
async function withPin(
  records: LogRecords,
  o: FsckOptions,
): Promise<{ readonly both: LogRecords; readonly openEnded: boolean }> {
  const head = await headOf(records);
  const namedPin = head?.seal === undefined ? undefined : pinNamedIn(head.seal);
  if (head === undefined || namedPin === undefined) return { both: records, openEnded: false };
  const keeper = o.pin?.keeper;
  if (keeper === undefined || !isNamed(keeper, namedPin)) return { both: records, openEnded: true };
  const trailing = new TrailingRecords(records, keeper, true);
  const pinned = await latestKept(keeper);
  const statement = pinned === undefined ? 'nothing pinned' : read(pinned.checkpoint, o);
  if (pinned !== undefined && typeof statement !== 'string')
    trailing.restore(pinned, statement.size, head.size);
  return { both: trailing, openEnded: false };
}

/** `undefined` where it is damaged, which reading the log finds and names. */
async function headOf(records: LogRecords): Promise<StoredHead | undefined> {
  try {
    return await records.head();
  } catch (error) {
    if (isLogError(error) && error.code === 'log-corrupt') return undefined;
    throw error;
  }
}

/** @returns how many entries the stored checkpoint covers */
async function checkHead(records: LogRecords, o: FsckOptions, inPin: string | undefined): Promise<number> {
  const { checkpoint, size } = await records.head();
  const stored = statementOf(checkpoint, o, 'log-corrupt');
  await requireTree(records, o.origin, size, stored, 'log-corrupt');
  for (const note of [o.pinnedCheckpoint, inPin]) {
    if (note === undefined) continue;
    const pinned = statementOf(note, o, 'note-malformed');
    await requireTree(records, o.origin, size, pinned, 'log-rolled-back');
  }
  return stored.size;
}

function statementOf(
  note: string,
  o: FsckOptions,
  code: 'log-corrupt' | 'note-malformed',
): CheckpointStatement {
  const statement = read(note, o);
  if (typeof statement !== 'string') return statement;
  throw new LogError(code, 'the checkpoint is not one of this log, signed by this key', { value: statement });
}

/** What a checkpoint of this log states; for another note, why it is none. */
function read(note: string, { origin, publicKey }: FsckOptions): CheckpointStatement | string {
  const opened = openNote(note, origin, publicKey);
  if (!opened.ok) return opened.reason;
  const statement = readCheckpoint(opened.text);
  return statement?.origin === origin ? statement : 'another origin';
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
