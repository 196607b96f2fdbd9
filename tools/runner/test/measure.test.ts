import { describe, expect, it } from 'vitest';
import type { Effort } from '../../bench/bench.ts';
import { measure } from '../../bench/measure.ts';

const effort: Effort = { rounds: 7, warmUpMs: 20, sampleMs: 10 };

function spin(microseconds: number): void {
  const end = process.hrtime.bigint() + BigInt(microseconds * 1000);
  while (process.hrtime.bigint() < end);
}

describe('a measurement', () => {
  it('divides the time of the peer by ours, an operation each', async () => {
    const { ratio, oursNs, peerNs, spread, rounds } = await measure(
      {
        name: 'spin',
        goal: 1,
        peer: 'slow@1.0.0',
        unitsOurs: 2,
        prepare: () =>
          Promise.resolve({
            ours: () => {
              spin(100);
            },
            peer: () => {
              spin(400);
            },
          }),
      },
      effort,
    );
    // 100 µs for two operations against 400 µs for one. A busy machine may stretch a sample, not divide it.
    expect(oursNs).toBeGreaterThanOrEqual(50_000);
    expect(peerNs).toBeGreaterThanOrEqual(400_000);
    expect(ratio).toBeCloseTo(peerNs / oursNs);
    expect(ratio).toBeGreaterThan(3);
    expect(spread[0]).toBeLessThanOrEqual(ratio * 1.0001);
    expect(spread[1]).toBeGreaterThanOrEqual(spread[0]);
    expect(rounds).toBe(7);
  });

  it('awaits a side that is asynchronous', async () => {
    const { oursNs } = await measure(
      {
        name: 'wait',
        goal: 1,
        peer: 'x@1.0.0',
        prepare: () =>
          Promise.resolve({
            ours: () => new Promise((resolve) => setTimeout(resolve, 3)),
            peer: () => {
              spin(10);
            },
          }),
      },
      effort,
    );
    expect(oursNs).toBeGreaterThan(1e6);
  });

  it('takes both sides by turns, warms both up first and changes which side begins', async () => {
    const calls: string[] = [];
    const side = (name: string) => () => {
      calls.push(name);
      spin(20_000);
    };
    await measure(
      {
        name: 'turns',
        goal: 1,
        peer: 'x@1.0.0',
        prepare: () => Promise.resolve({ ours: side('o'), peer: side('p') }),
      },
      { rounds: 7, warmUpMs: 0, sampleMs: 1 },
      () => () => 0,
    );
    // One turn of warm-up, one probe of each side, and seven rounds of a call each.
    expect(calls.join('')).toBe('op' + 'op' + 'op' + 'po' + 'op' + 'po' + 'op' + 'po' + 'op');
  });

  it('measures again what the host disturbed, up to four times as often, and keeps what was disturbed least', async () => {
    const shares = (told: readonly number[]) => {
      const left = [...told];
      return () => () => left.shift() ?? 0.9;
    };
    const measured = async (
      told: readonly number[],
    ): Promise<readonly [calls: number, stolen: number | undefined]> => {
      let calls = 0;
      const once = () => {
        calls += 1;
        spin(2000);
      };
      const bench = { name: 'again', goal: 1, peer: 'x@1.0.0' };
      const { stolen, rounds } = await measure(
        { ...bench, prepare: () => Promise.resolve({ ours: once, peer: () => undefined }) },
        { rounds: 3, warmUpMs: 0, sampleMs: 0.1 },
        shares(told),
      );
      expect(rounds).toBe(3);
      // Without the turn of warm-up and the probe.
      return [calls - 2, stolen];
    };
    expect(await measured([0, 0, 0])).toEqual([3, 0]);
    expect(await measured([0, 0.5, 0, 0.1, 0])).toEqual([5, 0]);
    expect(await measured([0.5, 0.25, 0.75, 0])).toEqual([12, 0.25]);
  });

  it('closes what it prepared, also when a side throws', async () => {
    let closed = 0;
    const failing = measure(
      {
        name: 'broken',
        goal: 1,
        peer: 'x@1.0.0',
        prepare: () =>
          Promise.resolve({
            ours: () => {
              throw new Error('no');
            },
            peer: () => {
              spin(1);
            },
            close: () => {
              closed += 1;
              return Promise.resolve();
            },
          }),
      },
      effort,
    );
    await expect(failing).rejects.toThrow('no');
    expect(closed).toBe(1);
  });
});
