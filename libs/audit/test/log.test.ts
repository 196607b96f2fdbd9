import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LogError, isLogError } from '../src/index.ts';
import { openRemote, turn } from './remote-store.ts';
import {
  codeOf,
  eventNumber,
  entriesOf,
  eventsNumbered,
  openTestLog,
  SIGNER,
  signerOf,
  temporaryFolder,
  temporaryPath,
} from './temporary-log.ts';

describe('reading', () => {
  it('selects by stream, by subject, by range, and by all of them', async () => {
    const log = await openTestLog(temporaryPath());
    await log.append(eventsNumbered(300));
    await log.append(eventsNumbered(100, 300));
    const indexes = async (...selection: Parameters<typeof log.read>): Promise<number[]> =>
      (await entriesOf(log, ...selection)).map((entry) => entry.index);
    const all = Array.from({ length: 400 }, (_, index) => index);
    expect(await indexes()).toEqual(all);
    expect(await indexes({ from: 100, to: 390 })).toEqual(all.slice(100, 390));
    expect(await indexes({ stream: 'swap/1' })).toEqual(all.filter((index) => index % 3 === 1));
    const about = all.filter((index) => index % 4 === 0 && index % 5 === 2);
    expect(await indexes({ subject: 'customer:2' })).toEqual(about);
    expect(await indexes({ subject: 'customer:2', stream: 'swap/0', from: 50, to: 350 })).toEqual(
      about.filter((index) => index % 3 === 0 && index >= 50 && index < 350),
    );
    expect(await indexes({ subject: 'customer:2', from: 50, to: 350 })).toEqual(
      about.filter((index) => index >= 50 && index < 350),
    );
    expect(await indexes({ stream: 'unknown' })).toEqual([]);
    expect(await indexes({ subject: 'unknown' })).toEqual([]);
  });

  it('does not see what is appended while it goes on', async () => {
    const log = await openTestLog(temporaryPath());
    await log.append(eventsNumbered(3));
    const seen: number[] = [];
    for await (const entry of log.read()) {
      seen.push(entry.index);
      await log.append(eventNumber(9));
    }
    expect(seen).toEqual([0, 1, 2]);
    expect(log.size).toBe(6);
  });

  it('refuses ranges, entries and sizes that the log does not have', async () => {
    const log = await openTestLog(temporaryPath());
    expect(await codeOf(() => log.inclusionProof(0))).toBe('index-out-of-range');
    await log.append(eventsNumbered(5));
    for (const range of [{ from: -1 }, { to: 6 }, { from: 3, to: 2 }, { from: 0.5 }, { to: Number.NaN }]) {
      expect(await codeOf(() => log.read(range))).toBe('index-out-of-range');
      expect(await codeOf(() => log.exportBundle(range).bytes())).toBe('index-out-of-range');
    }
    for (const [index, size] of [
      [5, 5],
      [-1, 5],
      [0, 6],
      [0, 0],
      [0.5, 5],
    ] as const) {
      expect(await codeOf(() => log.inclusionProof(index, size))).toBe('index-out-of-range');
    }
    for (const [from, to] of [
      [6, 5],
      [-1, 5],
      [1, 6],
    ] as const) {
      expect(await codeOf(() => log.consistencyProof(from, to))).toBe('index-out-of-range');
    }
    expect(await log.consistencyProof(0)).toEqual([]);
    expect(await log.consistencyProof(5)).toEqual([]);
  });

  it('gives proofs that the caller may change without harm', async () => {
    const log = await openTestLog(temporaryPath());
    await log.append(eventsNumbered(5));
    for (const hash of await log.inclusionProof(0)) hash.fill(0);
    for (const hash of await log.consistencyProof(3)) hash.fill(0);
    expect((await log.inclusionProof(0)).every((hash) => hash.some((byte) => byte !== 0))).toBe(true);
  });
});

describe('checking', () => {
  it('takes a log that grows over tiles meanwhile for the whole log that it was', async () => {
    const log = await openTestLog(temporaryPath());
    await log.append(eventsNumbered(2000).map((event, at) => ({ ...event, idempotencyKey: `key ${at}` })));
    const checking = log.check();
    const sizes: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      await log.append(eventsNumbered(200));
      sizes.push(log.size);
    }
    const { ok, entries, problems } = await checking;
    expect([ok, problems]).toEqual([true, []]);
    // It did run at the same time.
    expect(entries).toBeLessThan(sizes.at(-1) ?? 0);
  });

  it('begins with one state of the log, whenever a tile becomes full', async () => {
    for (let turns = 0; turns < 10; turns += 1) {
      const { log } = await openRemote();
      await log.append(eventsNumbered(255));
      const checking = log.check();
      for (let passed = 0; passed < turns; passed += 1) await turn();
      await log.append(eventNumber(255));
      expect(await checking).toMatchObject({ ok: true, problems: [] });
    }
  });
});

describe('opening', () => {
  it('refuses another origin and another key', async () => {
    const path = temporaryPath();
    await (await openTestLog(path)).close();
    expect(await codeOf(() => openTestLog(path, { origin: 'example.com/other' }))).toBe('log-wrong-origin');
    expect(await codeOf(() => openTestLog(path, { signer: signerOf(8) }))).toBe('log-wrong-key');
    expect((await openTestLog(path)).size).toBe(0);
  });

  it('refuses a signer whose signatures are not of its public key', async () => {
    const signer = { publicKey: SIGNER.publicKey, sign: (message: Uint8Array) => signerOf(8).sign(message) };
    const path = temporaryPath();
    expect(await codeOf(() => openTestLog(path, { signer }))).toBe('signer-failed');
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ['an empty origin', { origin: '' }],
    ['an origin with a space', { origin: 'a b' }],
    ['an origin with a Unicode space', { origin: 'a\u2003b' }],
    ['an origin with a plus sign', { origin: 'a+b' }],
    ['an origin of two lines', { origin: 'a\nb' }],
    ['an origin of 257 characters', { origin: 'a'.repeat(257) }],
    ['a key of 33 bytes', { signer: { publicKey: new Uint8Array(33), sign: () => new Uint8Array(64) } }],
    ['a size of a few bytes', { maxBytes: 4096 }],
    ['half a byte', { maxBytes: 2_000_000.5 }],
  ])('refuses %s', async (_, options) => {
    const path = temporaryPath();
    expect(await codeOf(() => openTestLog(path, options))).toBe('option-malformed');
  });

  it('refuses an empty path, and takes SQLite’s special names as names of files', async () => {
    expect(await codeOf(() => openTestLog(''))).toBe('option-malformed');
    expect(await codeOf(() => openTestLog('a\0b'))).toBe('option-malformed');
    const before = process.cwd();
    const folder = temporaryFolder();
    process.chdir(folder);
    try {
      const log = await openTestLog(':memory:');
      await log.append(eventNumber(0));
      await log.close();
      expect((await openTestLog(':memory:')).size).toBe(1);
    } finally {
      process.chdir(before);
    }
  });

  it('refuses a log that does not contain the pinned checkpoint', async () => {
    const [path, fork] = [temporaryPath(), temporaryPath()];
    const log = await openTestLog(path, { clock: () => 1 });
    await log.append(eventsNumbered(300));
    const early = await log.checkpoint();
    await log.append(eventsNumbered(300, 300));
    const late = await log.checkpoint();
    await log.close();
    const other = await openTestLog(fork, { clock: () => 2 });
    await other.append(eventsNumbered(600));
    const forked = await other.checkpoint();
    expect(await codeOf(() => openTestLog(path, { pinnedCheckpoint: forked }))).toBe('log-rolled-back');
    const reopened = await openTestLog(path, { pinnedCheckpoint: early });
    expect(await codeOf(() => reopened.exportBundle({ since: forked }).bytes())).toBe('log-rolled-back');
    await reopened.close();
    await (await openTestLog(path, { pinnedCheckpoint: late })).close();
    await other.close();
    expect(await codeOf(() => openTestLog(fork, { pinnedCheckpoint: late }))).toBe('log-rolled-back');
    expect(await codeOf(() => openTestLog(fork, { pinnedCheckpoint: 'no note' }))).toBe('note-malformed');
  });

  it('makes no new log where one is pinned, and sees an empty one put in its place', async () => {
    const log = await openTestLog(temporaryPath());
    const empty = await log.checkpoint();
    await log.append(eventNumber(0));
    const checkpoint = await log.checkpoint();
    const path = temporaryPath();
    expect(await codeOf(() => openTestLog(path, { pinnedCheckpoint: checkpoint }))).toBe('log-rolled-back');
    expect(existsSync(path)).toBe(false);
    await (await openTestLog(path, { pinnedCheckpoint: empty })).close();
    expect(await codeOf(() => openTestLog(path, { pinnedCheckpoint: checkpoint }))).toBe('log-rolled-back');
  });
});

describe('closing', () => {
  it('waits for the appends under way', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    const pending = log.append(eventsNumbered(10));
    await log.close();
    expect(await pending).toHaveLength(10);
    expect((await openTestLog(path)).size).toBe(10);
  });

  it('refuses every later call, and may be repeated', async () => {
    const log = await openTestLog(temporaryPath());
    await log.append(eventsNumbered(2));
    const reading = log.read()[Symbol.asyncIterator]();
    await reading.next();
    await log.close();
    await log.close();
    await log[Symbol.asyncDispose]();
    expect(await codeOf(() => reading.next())).toBe('log-closed');
    const calls = [
      () => log.append(eventNumber(0)),
      () => log.read(),
      () => log.streamVersion('s'),
      () => log.checkpoint(),
      () => log.inclusionProof(0),
      () => log.consistencyProof(0),
      () => log.exportBundle().bytes(),
      () => log.check(),
    ];
    for (const call of calls) expect(await codeOf(call)).toBe('log-closed');
  });
});

describe('the error', () => {
  it('is told apart by its predicate and carries value, limit and cause', () => {
    const error = new LogError('log-io', 'message', { value: 'v', limit: 'l', cause: 'c' });
    expect(isLogError(error)).toBe(true);
    expect(isLogError(new Error('log-io'))).toBe(false);
    expect(isLogError('log-io')).toBe(false);
    expect(error).toMatchObject({ name: 'LogError', code: 'log-io', value: 'v', limit: 'l', cause: 'c' });
    const bare = new LogError('log-io', 'message');
    expect([bare.value, bare.limit, 'cause' in bare]).toEqual([undefined, undefined, false]);
  });
});

describe('making a log', () => {
  it('leaves nothing but the log, readable by its owner alone', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    await log.close();
    expect(readdirSync(dirname(path))).toEqual(['desk.log']);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does not lock out, nor replace, a log that appears meanwhile', async () => {
    const path = temporaryPath();
    const opened = await Promise.allSettled([openTestLog(path), openTestLog(path)]);
    expect(opened.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(existsSync(path)).toBe(true);
  });
});
