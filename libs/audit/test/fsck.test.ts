import { copyFileSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { fsck, openLog, openSqliteStore, type FsckOptions } from '../src/index.ts';
import {
  codeOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  ORIGIN,
  SIGNER,
  signerOf,
  temporaryPath,
} from './temporary-log.ts';

const KNOWN: FsckOptions = { origin: ORIGIN, publicKey: SIGNER.publicKey };

async function writtenLog(entries: number): Promise<{ path: string; checkpoint: string }> {
  const path = temporaryPath();
  const log = await openTestLog(path, { clock: () => 1_700_000_000_000 });
  for (const event of eventsNumbered(entries)) await log.append(event);
  const checkpoint = await log.checkpoint();
  await log.close();
  return { path, checkpoint };
}

describe('fsck', () => {
  it('reads a closed log whole, with nothing but its name and public key', async () => {
    const { path, checkpoint } = await writtenLog(600);
    const progress: (readonly number[])[] = [];
    const report = await fsck(path, {
      ...KNOWN,
      pinnedCheckpoint: checkpoint,
      onProgress: (...step) => progress.push(step),
    });
    expect(report).toEqual({ ok: true, entries: 600, signed: 600, openEnded: false, problems: [] });
    expect(progress).toEqual([
      [256, 600],
      [512, 600],
      [600, 600],
    ]);
    expect(await fsck((await writtenLog(0)).path, KNOWN)).toMatchObject({ ok: true, entries: 0, signed: 0 });
  });

  it('says how far the signature reaches where a log was not closed', async () => {
    const { path } = await writtenLog(20);
    const log = await openTestLog(path);
    await log.append([eventNumber(20), eventNumber(21)]);
    // As a crash leaves it: the log was never closed.
    const crashed = `${path}.crashed`;
    for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, `${crashed}${suffix}`);
    expect(await fsck(crashed, KNOWN)).toEqual({
      ok: true,
      entries: 22,
      signed: 20,
      openEnded: false,
      problems: [],
    });
  });

  it.each([
    [
      'an entry',
      "UPDATE entry SET bytes = CAST(replace(bytes, 'step', 'stop') AS BLOB) WHERE position % 600 = 5",
      'entry',
    ],
    ['a tile', 'UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND idx = 1', 'tile'],
    ['an index', "DELETE FROM stream_segment WHERE stream = 'swap/1'", 'stream'],
    [
      'the checkpoint',
      "UPDATE entry SET checkpoint = replace(checkpoint, '600', '599') WHERE checkpoint IS NOT NULL",
      'checkpoint',
    ],
    ['the last entry', 'DELETE FROM entry WHERE position = (SELECT max(position) FROM entry)', 'checkpoint'],
  ])('names %s that was changed', async (_, sql, check) => {
    const { path, checkpoint } = await writtenLog(600);
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
    const { ok, problems } = await fsck(path, { ...KNOWN, pinnedCheckpoint: checkpoint });
    expect(ok).toBe(false);
    expect(problems.map((problem) => problem.check)).toContain(check);
  });

  it('tells a log that was rolled back, forked or signed by another', async () => {
    const { path } = await writtenLog(10);
    const { checkpoint: longer } = await writtenLog(11);
    const rolledBack = await fsck(path, { ...KNOWN, pinnedCheckpoint: longer });
    expect(rolledBack.problems).toMatchObject([
      { check: 'checkpoint', detail: 'the log does not contain the checkpoint' },
    ]);
    const fork = await openTestLog(temporaryPath(), { clock: () => 5 });
    await fork.append(eventNumber(0));
    expect((await fsck(path, { ...KNOWN, pinnedCheckpoint: await fork.checkpoint() })).ok).toBe(false);
    expect((await fsck(path, { ...KNOWN, publicKey: signerOf(8).publicKey })).ok).toBe(false);
    expect((await fsck(path, { ...KNOWN, pinnedCheckpoint: 'no note' })).ok).toBe(false);
  });

  it('checks one log of several, and refuses what is not there or is open', async () => {
    const path = temporaryPath();
    expect(await codeOf(() => fsck(path, KNOWN))).toBe('log-cannot-open');
    expect(existsSync(path)).toBe(false);
    const store = openSqliteStore(path);
    const log = await openLog(store, { origin: ORIGIN, signer: SIGNER });
    const other = await openLog(store, { origin: 'example.com/other', signer: signerOf(8) });
    await Promise.all([log.append(eventsNumbered(3)), other.append(eventsNumbered(5))]);
    expect(await codeOf(() => fsck(path, KNOWN))).toBe('log-locked');
    await log.close();
    await other.close();
    await store.close();
    expect(await fsck(path, KNOWN)).toMatchObject({ ok: true, entries: 3 });
    const ofOther = { origin: 'example.com/other', publicKey: signerOf(8).publicKey };
    expect(await fsck(path, ofOther)).toMatchObject({ ok: true, entries: 5 });
    expect(await codeOf(() => fsck(path, { ...KNOWN, origin: 'example.com/none' }))).toBe('log-cannot-open');
  });
});
