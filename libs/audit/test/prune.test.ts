import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import {
  folderSink,
  fsck,
  openNote,
  openTiledLog,
  publishTiles,
  readCheckpoint,
  verifyInclusion,
  type Log,
  type TiledLog,
} from '../src/index.ts';
import {
  codeOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  ORIGIN,
  SIGNER,
  temporaryFolder,
  temporaryPath,
} from './temporary-log.ts';

const PUBLIC = { publicKey: SIGNER.publicKey };

function archiveIn(folder: string): Promise<TiledLog> {
  const sink = folderSink(folder);
  return openTiledLog({ origin: ORIGIN, ...PUBLIC, fetch: (path) => sink.get(path) });
}

async function publishedLog(entries: number): Promise<{ path: string; folder: string; log: Log }> {
  const [path, folder] = [temporaryPath(), temporaryFolder()];
  const log = await openTestLog(path, { clock: () => 1_700_000_000_000 });
  await log.append(
    eventsNumbered(entries).map((event, place) => ({ ...event, idempotencyKey: `event/${place}` })),
  );
  await publishTiles(log, folderSink(folder), PUBLIC);
  return { path, folder, log };
}

async function proves(log: Log, index: number, leafHash: Uint8Array): Promise<boolean> {
  const note = openNote(await log.checkpoint(), ORIGIN, SIGNER.publicKey);
  const head = note.ok ? readCheckpoint(note.text) : undefined;
  if (head === undefined) return false;
  const proof = await log.inclusionProof(index, head.size);
  return verifyInclusion({ index, treeSize: head.size, leafHash, proof, rootHash: head.rootHash });
}

describe('pruning', () => {
  it('deletes what an archive holds, keeps every proof, and the log goes on', async () => {
    const { path, folder, log } = await publishedLog(1000);
    const [early] = await Array.fromAsync(log.read({ from: 7, to: 8 }));
    if (early === undefined) throw new Error('no entry 7');
    const progress: (readonly number[])[] = [];
    const report = await log.prune(700, await archiveIn(folder), (...step) => progress.push(step));
    expect(report).toEqual({ firstIndex: 512, deleted: 512 });
    expect(progress).toEqual([
      [256, 512],
      [512, 512],
    ]);
    expect(await log.firstIndex()).toBe(512);
    expect(await codeOf(() => Array.fromAsync(log.read()))).toBe('entry-pruned');
    expect(await codeOf(() => Array.fromAsync(log.read({ stream: 'swap/1' })))).toBe('entry-pruned');
    expect(await Array.fromAsync(log.read({ from: 512 }))).toHaveLength(489);
    expect(await proves(log, 7, early.leafHash)).toBe(true);
    expect(await log.check()).toEqual({ ok: true, entries: 1001, problems: [] });
    const next = await log.append({ ...eventNumber(1), expectedVersion: 333 });
    expect([next.index, next.streamVersion]).toEqual([1001, 334]);
    await log.close();
    const again = await openTestLog(path);
    expect(await again.check()).toEqual({ ok: true, entries: 1002, problems: [] });
    expect((await again.append(eventsNumbered(300))).at(-1)?.index).toBe(1301);
    await publishTiles(again, folderSink(folder), PUBLIC);
    const archive = await archiveIn(folder);
    const [archived] = await Array.fromAsync(archive.entries(7, 8));
    expect(archived?.bytes).toEqual(Uint8Array.from(early.bytes));
    expect(await again.prune(1024, archive)).toEqual({ firstIndex: 1024, deleted: 512 });
    expect(await again.prune(600, archive)).toEqual({ firstIndex: 1024, deleted: 0 });
    expect(await codeOf(() => again.append({ ...eventNumber(3), idempotencyKey: 'event/3' }))).toBe(
      'entry-pruned',
    );
    await again.close();
    expect(await fsck(path, { origin: ORIGIN, ...PUBLIC })).toMatchObject({ ok: true, entries: 1303 });
  });

  it('is told from entries that somebody took away', async () => {
    const { path, folder, log } = await publishedLog(1000);
    await log.prune(300, await archiveIn(folder));
    await log.close();
    const known = { origin: ORIGIN, ...PUBLIC };
    expect(await fsck(path, known)).toMatchObject({ ok: true });
    const database = new DatabaseSync(path);
    database.exec(`DELETE FROM entry WHERE position < ${2 ** 40 + 512}`);
    database.close();
    expect((await fsck(path, known)).problems).toEqual([
      {
        check: 'entry',
        index: 256,
        detail: 'entries 256 to 511 are missing, and the log did not prune them',
      },
    ]);
  });

  it('keeps the newest entries, and refuses nonsense', async () => {
    const { folder, log } = await publishedLog(600);
    const archive = await archiveIn(folder);
    for (const before of [600, 512, -1, 0.5, Number.NaN]) {
      expect(await codeOf(() => log.prune(before, archive))).toBe('prune-refused');
    }
    expect(await log.prune(511, archive)).toEqual({ firstIndex: 256, deleted: 256 });
  });

  it('deletes nothing that the archive lacks, or holds of another history', async () => {
    const { folder, log } = await publishedLog(300);
    const short = await archiveIn(folder);
    await log.append(eventsNumbered(1000, 300));
    expect(await codeOf(() => log.prune(700, short))).toBe('prune-refused');
    await publishTiles(log, folderSink(folder), PUBLIC);
    const archive = await archiveIn(folder);
    const cut: TiledLog = {
      checkpoint: archive.checkpoint,
      size: archive.size,
      inclusionProof: (index) => archive.inclusionProof(index),
      entries: (from) => archive.entries(from, 300),
    };
    expect(await codeOf(() => log.prune(700, cut))).toBe('prune-refused');
    const other: TiledLog = {
      ...cut,
      entries: async function* (from = 0, to = 0) {
        for await (const entry of archive.entries(from, to))
          yield entry.index === 9 ? { ...entry, bytes: new Uint8Array(3) } : entry;
      },
    };
    expect(await codeOf(() => log.prune(700, other))).toBe('prune-refused');
    const fork = await publishedLog(10);
    await fork.log.append(eventsNumbered(1500));
    await publishTiles(fork.log, folderSink(fork.folder), PUBLIC);
    expect(await codeOf(async () => log.prune(700, await archiveIn(fork.folder)))).toBe('log-rolled-back');
    rmSync(join(folder, 'tile/entries/001'));
    expect(await codeOf(() => log.prune(700, archive))).toBe('tile-missing');
    expect(await log.firstIndex()).toBe(0);
    expect((await log.check()).ok).toBe(true);
  });
});
