import { beforeAll, describe, expect, it } from 'vitest';
import { verifyBundle } from '../src/index.ts';
import { TRUST, PART, logOf, wholeBundle, parse, failures } from './bundle-tampering.ts';
import { eventsNumbered, ORIGIN } from './temporary-log.ts';

describe('an honest bundle', () => {
  let whole: Uint8Array;

  beforeAll(async () => {
    whole = await wholeBundle(26);
  });

  it('passes every check, entry by entry', () => {
    const report = verifyBundle(whole, TRUST);
    expect(report.checks.filter((check) => !check.ok)).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      summary: '26 of 26 entries verified',
      origin: ORIGIN,
      treeSize: 26,
    });
    expect(report.rootHash).toMatch(/^[0-9a-f]{64}$/);
    expect(report.entries).toHaveLength(26);
    expect(report.entries[12]).toEqual({
      index: 12,
      time: 1_700_000_000_000,
      stream: 'swap/0',
      streamVersion: 5,
      type: 'step.taken',
      subject: 'customer:2',
      body: { position: 12, amountSat: 12_000n, hash: Uint8Array.of(12) },
      ok: true,
    });
  });

  it('names every kind of check that it passed', () => {
    const names = new Set(
      verifyBundle(whole, { ...TRUST, pinnedCheckpoint: parse(whole).checkpoint }).checks.map(
        (check) => check.name,
      ),
    );
    expect([...names].sort()).toEqual([
      'bundle format',
      'chain link',
      'checkpoint',
      'checkpoint signature',
      'completeness',
      'entry form',
      'entry order',
      'inclusion proof',
      'leaf hash',
      'origin',
      'pinned checkpoint',
      'stream order',
      'time order',
    ]);
  });

  it('verifies for any range, stream or subject of logs of any size', async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 300]) {
      const log = await logOf(size);
      expect(verifyBundle(log.exportBundle(), TRUST)).toMatchObject({ ok: true, treeSize: size });
      const middle = Math.floor(size / 2);
      for (const selection of [
        { from: middle },
        { to: middle },
        { stream: 'swap/1' },
        { stream: 'swap/1', from: middle },
        { subject: 'customer:1' },
        { subject: 'customer:1', stream: 'swap/2' },
      ]) {
        const report = verifyBundle(log.exportBundle(selection), PART);
        expect([size, selection, report.summary, report.ok]).toEqual([
          size,
          selection,
          expect.any(String),
          true,
        ]);
      }
      await log.close();
    }
  });

  it('is not taken for the whole log when it is a part, and the policy asks for all', async () => {
    const log = await logOf(9);
    for (const selection of [{ to: 8 }, { from: 1 }, { stream: 'swap/0' }, { subject: 'customer:0' }]) {
      expect(failures(verifyBundle(log.exportBundle(selection), TRUST))).toEqual(['completeness']);
    }
  });

  it('proves that it continues a pinned checkpoint', async () => {
    const log = await logOf(10);
    const early = log.checkpoint();
    await log.append(eventsNumbered(20, 10));
    const trust = { ...PART, pinnedCheckpoint: early };
    expect(verifyBundle(log.exportBundle({ from: 20, since: early }), trust).ok).toBe(true);
    expect(verifyBundle(log.exportBundle(), trust).ok).toBe(true);
    expect(failures(verifyBundle(log.exportBundle({ from: 20 }), trust))).toEqual(['pinned checkpoint']);
    const other = { ...PART, pinnedCheckpoint: log.checkpoint() };
    expect(failures(verifyBundle((await logOf(10)).exportBundle(), other))).toEqual(['pinned checkpoint']);
  });
});
