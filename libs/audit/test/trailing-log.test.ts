import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cosigner,
  fsck,
  logMetrics,
  restoreLog,
  verifyBundle,
  type CheckpointPin,
  type FsckReport,
  type Log,
  type LogOptions,
  type SqliteStoreOptions,
} from '../src/index.ts';
import {
  codeOf,
  entriesOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  openTestPin,
  ORIGIN,
  SIGNER,
  temporaryFolder,
} from './temporary-log.ts';
import { mlDsaOf } from './witness-setting.ts';
import { wrappingKeys } from './wrapping-keys.ts';

const KNOWN = { origin: ORIGIN, publicKey: SIGNER.publicKey };

interface Files {
  readonly log: string;
  readonly pin: string;
}

function filesIn(folder = temporaryFolder()): Files {
  return { log: join(folder, 'desk.log'), pin: join(folder, 'desk.pin') };
}

async function openWithPin(
  { log, pin }: Files,
  options: Partial<LogOptions & SqliteStoreOptions> = {},
): Promise<Log> {
  return await openTestLog(log, { pin: await openTestPin(pin), ...options });
}

/** The files as a crash leaves them now: what the process has written, and nothing that it would write later. */
function crashed({ log, pin }: Files): Files {
  const copy = filesIn();
  for (const [from, to] of [
    [log, copy.log],
    [`${log}-wal`, `${copy.log}-wal`],
    [pin, copy.pin],
  ] as const) {
    if (existsSync(from)) copyFileSync(from, to);
  }
  return copy;
}

async function checkedWithPin({ log, pin }: Files): Promise<FsckReport> {
  return await fsck(log, { ...KNOWN, pin: await openTestPin(pin) });
}

async function bytesOf(log: Log): Promise<string[]> {
  return (await entriesOf(log)).map(({ bytes }) => Buffer.from(bytes).toString());
}

/** A log whose store ends with its first entry, and whose pin has the others. */
async function trailingLog(appends = 5): Promise<{ files: Files; log: Log }> {
  const files = filesIn();
  const log = await openWithPin(files);
  for (let number = 0; number < appends; number += 1) await log.append(eventNumber(number));
  return { files, log };
}

describe('a log whose pin keeps its newest entries', () => {
  it('has them after a crash, though its store has not', async () => {
    const { files, log } = await trailingLog();
    const left = crashed(files);
    expect(await fsck(left.log, KNOWN)).toMatchObject({ ok: true, entries: 1, openEnded: true });
    expect(await checkedWithPin(left)).toMatchObject({ ok: true, entries: 5, signed: 5, openEnded: false });
    const again = await openWithPin(left);
    expect(await bytesOf(again)).toEqual(await bytesOf(log));
    expect(await again.check()).toEqual({ ok: true, entries: 5, problems: [] });
    expect(await again.streamVersion('swap/1')).toBe(2);
    expect(verifyBundle(await again.exportBundle().bytes(), KNOWN).ok).toBe(true);
    expect(await again.append(eventNumber(5))).toMatchObject({ index: 5, streamVersion: 2 });
    await again.close();
    expect(await fsck(left.log, KNOWN)).toMatchObject({ ok: true, entries: 6, signed: 6, openEnded: false });
  });

  it('can be read and proven while they stand there alone', async () => {
    const { files, log } = await trailingLog();
    expect((await log.check()).ok).toBe(true);
    const again = await openWithPin(crashed(files));
    expect(await again.check()).toEqual({ ok: true, entries: 5, problems: [] });
    expect((await entriesOf(again, { from: 3 })).map(({ index }) => index)).toEqual([3, 4]);
    expect(await again.proof(4)).toContain('index 4');
    await again.requireContains(await log.checkpoint());
  });

  it('tells whoever watches it how many it found there', async () => {
    const { files } = await trailingLog();
    const left = crashed(files);
    const metrics = logMetrics();
    await openWithPin(left, { observe: metrics.observe('a') });
    const lines = metrics.text().split('\n');
    expect(lines).toContain('audit_log_size{log="a"} 5');
    expect(lines).toContain('audit_log_signed_size{log="a"} 5');
    expect(lines).toContain('audit_log_restored_entries_total{log="a"} 4');
    expect(lines).toContain('audit_log_open_seconds_count{log="a"} 1');
  });

  it('recognises a call that was made before, by the key in an entry that the pin alone has', async () => {
    const files = filesIn();
    const log = await openWithPin(files);
    const keyed = { ...eventNumber(1), idempotencyKey: 'transfer/1' };
    await log.append(eventNumber(0));
    const receipt = await log.append(keyed);
    const again = await openWithPin(crashed(files));
    expect(await again.append(keyed)).toEqual(receipt);
    expect(again.size).toBe(2);
  });

  it('puts them into its store when it is idle', async () => {
    const { files, log } = await trailingLog();
    while ((await fsck(crashed(files).log, KNOWN)).entries < log.size) await turn();
    expect(await fsck(crashed(files).log, KNOWN)).toMatchObject({ ok: true, entries: 5, openEnded: true });
  });

  it('is the same log after a crash behind any append, of any size, idle or not', async () => {
    const groups = fc.array(
      fc.record({ events: fc.integer({ min: 1, max: 6 }), idles: fc.boolean(), crashes: fc.boolean() }),
      { minLength: 60, maxLength: 120 },
    );
    await fc.assert(
      fc.asyncProperty(groups, fc.integer({ min: 0, max: 300 }), async (calls, prefilled) => {
        const files = filesIn();
        let log = await openWithPin(files);
        if (prefilled > 0) await log.append(eventsNumbered(prefilled));
        let crashes = 0;
        for (const { events, idles, crashes: dies } of calls) {
          await log.append(eventsNumbered(events, log.size));
          if (idles) await turn();
          if (!dies || crashes >= 8) continue;
          crashes += 1;
          const left = crashed(files);
          expect(await checkedWithPin(left)).toMatchObject({ ok: true, entries: log.size });
          const again = await openWithPin(left);
          expect([again.size, await again.checkpoint()]).toEqual([log.size, await log.checkpoint()]);
          expect(await bytesOf(again)).toEqual(await bytesOf(log));
          await again.close();
        }
        await log.close();
        const { size } = log;
        log = await openTestLog(files.log);
        expect(await log.check()).toEqual({ ok: true, entries: size, problems: [] });
        await log.close();
      }),
      { numRuns: 4, seed: 20_261_122 },
    );
  }, 120_000);

  it('keeps nothing back that carries personal data, or does not fit beside the checkpoint', async () => {
    const files = filesIn();
    const log = await openWithPin(files, { personalData: { keys: wrappingKeys() } });
    await log.append(eventNumber(0));
    await log.append({ ...eventNumber(1), subject: 'customer:1', personal: { name: 'x' } });
    expect((await fsck(crashed(files).log, KNOWN)).entries).toBe(2);
    await log.append({ ...eventNumber(2), body: 'x'.repeat(4000) });
    expect((await fsck(crashed(files).log, KNOWN)).entries).toBe(3);
    await log.append(eventNumber(3));
    expect((await fsck(crashed(files).log, KNOWN)).entries).toBe(3);
    expect((await checkedWithPin(crashed(files))).entries).toBe(4);
  });

  it('stores at once what a long checkpoint leaves no room for', async () => {
    const coSigners = [cosigner('example.com/second', mlDsaOf(3))];
    const files = filesIn();
    const log = await openWithPin(files, { coSigners });
    for (let number = 0; number < 3; number += 1) {
      await log.append({ ...eventNumber(number), body: 'x'.repeat(400) });
      expect(await fsck(crashed(files).log, KNOWN)).toMatchObject({ ok: true, entries: number + 1 });
    }
  });

  it('goes on when a signer fails, without the event that was to be signed', async () => {
    const files = filesIn();
    let fails = false;
    const signer = {
      publicKey: SIGNER.publicKey,
      sign: (message: Uint8Array) => {
        if (fails) throw new Error('the token is away');
        return SIGNER.sign(message);
      },
    };
    const log = await openWithPin(files, { signer });
    await log.append(eventsNumbered(2));
    await log.append(eventNumber(2));
    fails = true;
    expect(await codeOf(() => log.append(eventNumber(3)))).toBe('signer-failed');
    expect((await checkedWithPin(crashed(files))).entries).toBe(3);
    fails = false;
    expect((await log.append(eventNumber(4))).index).toBe(3);
    const again = await openWithPin(crashed(files));
    expect((await entriesOf(again)).map(({ body }) => body)).toMatchObject(
      [0, 1, 2, 4].map((position) => ({ position })),
    );
  });

  it('keeps what it acknowledged when its store is full, and takes it when there is room', async () => {
    const files = filesIn();
    const log = await openWithPin(files, { maxBytes: 1_048_576 });
    const large = { stream: 's', type: 't', body: 'x'.repeat(100_000) };
    let acknowledged = 0;
    const append = async (event: typeof large): Promise<string> => {
      const code = await codeOf(() => log.append(event));
      if (code === 'no error') acknowledged += 1;
      return code;
    };
    while ((await append(large)) === 'no error');
    const small = { ...large, body: 'small' };
    let code = 'no error';
    for (let number = 0; number < 600 && code === 'no error'; number += 1) code = await append(small);
    expect(code).toBe('log-full');
    expect((await checkedWithPin(crashed(files))).entries).toBe(acknowledged);
    await log.close();
    const again = await openWithPin(files);
    expect(await again.check()).toEqual({ ok: true, entries: acknowledged, problems: [] });
    expect((await again.append(large)).index).toBe(acknowledged);
    await again.close();
    expect(await fsck(files.log, KNOWN)).toMatchObject({
      ok: true,
      entries: acknowledged + 1,
      openEnded: false,
    });
  });

  it('gives backups that need no pin', async () => {
    const { files, log } = await trailingLog();
    const backup = join(temporaryFolder(), 'backup');
    const appending = (async () => {
      for (let number = 5; number < 40; number += 1) await log.append(eventNumber(number));
    })();
    const report = await log.backup(backup);
    await appending;
    const restored = filesIn();
    await restoreLog(backup, restored.log, { origin: ORIGIN, signer: SIGNER });
    expect((await openTestLog(restored.log)).size).toBe(report.size);
    // With the pin, it is seen what the backup lacks.
    const pin = await openTestPin(crashed(files).pin);
    const withPin = restoreLog(backup, filesIn().log, { origin: ORIGIN, signer: SIGNER, pin });
    expect(await codeOf(() => withPin)).toBe(report.size < 40 ? 'log-rolled-back' : 'no error');
  });
});

describe('a pin that is not to keep entries', () => {
  it('leaves none to the pin alone, and takes those that were left there', async () => {
    const files = filesIn();
    const pin = await openTestPin(files.pin, { keepsEntries: false });
    const log = await openTestLog(files.log, { pin });
    for (let number = 0; number < 4; number += 1) {
      await log.append(eventNumber(number));
      expect(await fsck(crashed(files).log, KNOWN)).toMatchObject({ entries: number + 1, openEnded: false });
    }
    expect((await openTestLog(crashed(files).log)).size).toBe(4);

    const left = crashed((await trailingLog(5)).files);
    const reader = await openTestPin(left.pin, { keepsEntries: false });
    const again = await openTestLog(left.log, { pin: reader });
    await again.append(eventNumber(5));
    expect(await fsck(crashed(left).log, KNOWN)).toMatchObject({ ok: true, entries: 6, openEnded: false });
  });
});

describe('a log that was not closed', () => {
  it('is opened with the pin that it had, or by whoever says how far it had come', async () => {
    const { files, log } = await trailingLog();
    const checkpoint = await log.checkpoint();
    const other = await openTestPin(filesIn().pin);
    const elsewhere: CheckpointPin = {
      latest: () => Promise.resolve(undefined),
      pin: () => Promise.resolve(),
    };
    for (const options of [{}, { pin: other }, { pin: elsewhere }]) {
      const left = crashed(files);
      expect(await codeOf(() => openTestLog(left.log, options))).toBe('pin-needed');
      expect(await codeOf(() => openTestLog(left.log, { ...options, pinnedCheckpoint: checkpoint }))).toBe(
        'log-rolled-back',
      );
    }
    await turn();
    while ((await fsck(crashed(files).log, KNOWN)).entries < log.size) await turn();
    const stored = crashed(files);
    expect(await codeOf(() => openTestLog(stored.log))).toBe('pin-needed');
    const stated = await openTestLog(stored.log, { pinnedCheckpoint: checkpoint, pin: other });
    await stated.append(eventNumber(5));
    await stated.append(eventNumber(6));
    // From now on it has another pin.
    const moved = crashed({ log: stored.log, pin: stored.pin });
    expect(await codeOf(() => openWithPin(moved))).toBe('pin-needed');
  });

  it('is refused when it was rolled back further than its pin reaches, and healed otherwise', async () => {
    const { files, log } = await trailingLog(3);
    const early = crashed(files);
    for (let number = 3; number < 6; number += 1) await log.append(eventNumber(number));
    const near = { log: early.log, pin: crashed(files).pin };
    expect((await openWithPin(near)).size).toBe(6);
    for (let number = 6; number < 90; number += 1) await log.append(eventNumber(number));
    const far = { log: crashed(early).log, pin: crashed(files).pin };
    expect(await codeOf(() => openWithPin(far))).toBe('log-rolled-back');
    expect((await fsck(far.log, { ...KNOWN, pin: await openTestPin(far.pin) })).ok).toBe(false);
  });

  it('is refused when its store is another history than its pin continues', async () => {
    const { files, log } = await trailingLog(3);
    const forked = crashed(files);
    const fork = await openWithPin(forked);
    await fork.append({ ...eventNumber(3), body: 'forked' });
    while ((await fsck(crashed(forked).log, KNOWN)).entries < 4) await turn();
    for (let number = 3; number < 6; number += 1) await log.append(eventNumber(number));
    const mixed = { log: crashed(forked).log, pin: crashed(files).pin };
    expect(await codeOf(() => openWithPin(mixed))).toBe('log-rolled-back');
  });

  it('is refused when an entry that it needs is damaged in the pin, whichever it is', async () => {
    const { files } = await trailingLog(5);
    const genuine = readFileSync(crashed(files).pin);
    // The second slot is of the entry that is stored; the last is the pin itself, and falls back on the one before.
    for (const [slot, outcome] of [
      [2, 'log-rolled-back'],
      [3, 'log-rolled-back'],
      [4, 'log-rolled-back'],
      [1, 'no error'],
    ] as const) {
      const left = crashed(files);
      const changed = Buffer.from(genuine);
      changed[slot * 4096 + 300] = (changed[slot * 4096 + 300] ?? 0) ^ 1;
      writeFileSync(left.pin, changed);
      expect([slot, await codeOf(() => openWithPin(left))]).toEqual([slot, outcome]);
    }
  });

  it('is refused with entries in the pin that its checkpoint does not cover', async () => {
    const { files } = await trailingLog(2);
    for (const forge of [
      (entries: Uint8Array[]) => [...entries, new TextEncoder().encode('{}')],
      (entries: Uint8Array[]) => entries.map((bytes) => bytes.map((byte) => byte ^ 1)),
      (entries: Uint8Array[]) => entries.map(() => new Uint8Array(0)),
    ]) {
      const left = crashed(files);
      const pin = await openTestPin(left.pin);
      const kept = await pin.keeper.latest();
      await pin.keeper.startOver({
        checkpoint: kept?.checkpoint ?? '',
        entries: forge([...(kept?.entries ?? [])]),
      });
      expect(await codeOf(() => openTestLog(left.log, { pin }))).toBe('log-rolled-back');
    }
  });
});
