import { describe, expect, it } from 'vitest';
import { classOrder } from '../class-order.ts';
import { nullControl, positiveControl } from '../controls.ts';
import { judge } from '../judge.ts';
import type { Effort } from '../measure.ts';
import { measure } from '../measure.ts';
import type { Subject } from '../subject.ts';

const EFFORT: Effort = { sampleNs: 5_000, warmUpMs: 50, maxSamples: 6_000, maxMs: 2_000, minSamples: 4_000 };

const take = (seed: string, count: number): boolean[] => classOrder(seed).take(count).toArray();

describe('the order of the classes', () => {
  it('is the same for one seed and another for another', () => {
    expect(take('a', 20_000)).toEqual(take('a', 20_000));
    expect(take('a', 100)).not.toEqual(take('b', 100));
  });

  it('is a fair coin without memory', () => {
    const flips = take('fair', 40_000);
    const heads = flips.filter(Boolean).length;
    const changes = flips.filter((flip, index) => index > 0 && flip !== flips[index - 1]).length;
    // Four standard deviations of 100.
    expect(Math.abs(heads - 20_000)).toBeLessThan(400);
    expect(Math.abs(changes - 20_000)).toBeLessThan(400);
  });
});

describe('a measurement', () => {
  it('selects before every sample, and times batches of calls on what was selected', () => {
    const events: string[] = [];
    const trial = {
      select: (isSecondClass: boolean): void => {
        events.push(isSecondClass ? 'B' : 'A');
      },
      run: (): void => {
        if (events.at(-1) !== 'run') events.push('run');
      },
    };
    const taken = measure(trial, 'seed', { ...EFFORT, warmUpMs: 5, maxSamples: 200, minSamples: 10 });
    expect(taken.first.length + taken.second.length).toBe(200);
    expect(taken.calls).toBeGreaterThan(1);
    expect(events.every((event, index) => (event === 'run') === (index % 2 === 1))).toBe(true);
    const selected = events.filter((event) => event !== 'run').slice(-200);
    expect(selected.filter((event) => event === 'B').length).toBe(taken.second.length);
  });

  it('takes the least number of samples though the time is over', () => {
    const slow = { select: () => undefined, run: () => performance.now() };
    const taken = measure(slow, 'seed', { ...EFFORT, maxMs: 0, minSamples: 77, maxSamples: 1_000 });
    expect(taken.first.length + taken.second.length).toBe(77);
  });
});

describe('a verdict', () => {
  it('passes the positive control, and would fail it as a subject', () => {
    const control = judge(positiveControl, 'certain-leak', 'seed', {
      ...EFFORT,
      maxSamples: 40_000,
      minSamples: 20_000,
    });
    expect(control).toMatchObject({ ok: true, verdict: 'PASS', fields: { limit: '>500' } });
    expect(judge(positiveControl, 'no-leak', 'seed', EFFORT)).toMatchObject({ ok: false, verdict: 'FAIL' });
  });

  it('fails where a leak for certain was wanted and there is none, after measuring again', () => {
    const outcome = judge(nullControl, 'certain-leak', 'seed', {
      ...EFFORT,
      maxSamples: 2_000,
      minSamples: 2_000,
    });
    expect(outcome).toMatchObject({ ok: false, verdict: 'FAIL', fields: { repeats: 2, samples: 8_000 } });
  });

  it('prints a known leak without a verdict and with its reason', () => {
    const known: Subject = { ...positiveControl, name: 'known', knownLeak: 'it stops early' };
    const outcome = judge(known, 'no-leak', 'seed', EFFORT);
    expect(outcome.ok).toBe(true);
    expect(outcome.verdict).toBeUndefined();
    expect(outcome.details).toEqual(['known: it stops early']);
    expect(Number(outcome.fields.t)).toBeGreaterThan(10);
  });

  it('tells the least delay that it would have found, in nanoseconds', () => {
    const { fields } = judge(nullControl, 'no-leak', 'seed', EFFORT);
    expect(fields.detectable).toMatch(/^\d+(?:\.\d\d)?ns$/);
    expect(Number.parseFloat(String(fields.detectable))).toBeGreaterThan(0);
    expect(fields.classes).toBe('equal / equal');
  });
});
