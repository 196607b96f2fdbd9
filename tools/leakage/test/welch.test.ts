import { describe, expect, it } from 'vitest';
import { croppedWelchTest, detectableDelay, medianOf, welchTest } from '../welch.ts';
import { arrayOf, knownTimes } from './known-times.ts';

const SEED = 20_261_122;

describe('the t-test of Welch', () => {
  it('gives the figure of its formula', () => {
    // Means 3 and 6, variances 2.5 and 10, five each: t = 3 / sqrt(2.5 / 5 + 10 / 5).
    const test = welchTest(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(2, 4, 6, 8, 10));
    expect(test.standardError).toBeCloseTo(Math.sqrt(2.5), 12);
    expect(test.t).toBeCloseTo(3 / Math.sqrt(2.5), 12);
  });

  it('gives the figure of its formula for unequal sizes and variances', () => {
    // Means 3 and 5, variances 2.5 and 50, five and two of them: t = 2 / sqrt(2.5 / 5 + 50 / 2).
    const test = welchTest(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(0, 10));
    expect(test.t).toBeCloseTo(2 / Math.sqrt(25.5), 12);
    expect(welchTest(Float64Array.of(0, 10), Float64Array.of(1, 2, 3, 4, 5)).t).toBeCloseTo(-test.t, 12);
  });

  it('sees no difference between equal values', () => {
    expect(welchTest(Float64Array.of(4, 4, 4), Float64Array.of(4, 4, 4)).t).toBe(0);
  });

  it('grows with the root of the number of samples', () => {
    const { normal } = knownTimes(SEED);
    const tOf = (length: number): number =>
      welchTest(
        arrayOf(length, () => normal(100, 5)),
        arrayOf(length, () => normal(101, 5)),
      ).t;
    // t = 1 / sqrt(2 * 25 / n) with a standard error of 1.
    expect(Math.abs(tOf(1_000) - Math.sqrt(1_000 / 50))).toBeLessThan(4);
    expect(Math.abs(tOf(100_000) - Math.sqrt(100_000 / 50))).toBeLessThan(4);
  });
});

describe('the cropped test', () => {
  /** Like times on a busy machine: a sharp lower edge, and one in ten interrupted for up to 50 times as long. */
  const busyTimes = (random: ReturnType<typeof knownTimes>, length: number, delay: number): Float64Array =>
    arrayOf(length, () => {
      const own = 100 + Math.abs(random.normal(0, 3)) + delay;
      return random.uniform() < 0.1 ? own + 5_000 * random.uniform() : own;
    });

  it('stays under 4.5 for one distribution twice, in a hundred runs', () => {
    const random = knownTimes(SEED);
    const found = Array.from({ length: 100 }, () =>
      Math.abs(croppedWelchTest(busyTimes(random, 3_000, 0), busyTimes(random, 3_000, 0)).t),
    );
    expect(Math.max(...found)).toBeLessThan(4.5);
    // It is no constant either: the greatest of 13 tests is seldom near zero.
    expect(medianOf(Float64Array.from(found))).toBeGreaterThan(0.5);
  });

  it('finds under interruptions what the test of all samples misses', () => {
    const random = knownTimes(SEED);
    const [first, second] = [busyTimes(random, 10_000, 0), busyTimes(random, 10_000, 1)];
    expect(Math.abs(welchTest(first, second).t)).toBeLessThan(4.5);
    expect(croppedWelchTest(first, second).t).toBeGreaterThan(10);
    expect(croppedWelchTest(second, first).t).toBeLessThan(-10);
  });

  it('does not change with the order of the samples', () => {
    const random = knownTimes(SEED);
    const [first, second] = [busyTimes(random, 2_000, 0), busyTimes(random, 2_000, 2)];
    const { t } = croppedWelchTest(first.toReversed(), second.toSorted());
    expect(t).toBe(croppedWelchTest(first, second).t);
  });

  it('says nothing of fewer than 500 samples of a class', () => {
    const random = knownTimes(SEED);
    const { t, standardError } = croppedWelchTest(busyTimes(random, 499, 0), busyTimes(random, 5_000, 900));
    expect(t).toBe(0);
    expect(standardError).toBeNaN();
  });

  it('finds the delay that it calls detectable, and misses a fifth of it', () => {
    const random = knownTimes(SEED);
    const [first, second] = [busyTimes(random, 10_000, 0), busyTimes(random, 10_000, 0)];
    const delay = detectableDelay(first, second, 10);
    expect(delay).toBeGreaterThan(0);
    expect(delay).toBeLessThan(2);
    const fresh = [busyTimes(random, 10_000, 0), busyTimes(random, 10_000, 0)] as const;
    expect(
      croppedWelchTest(
        fresh[0],
        fresh[1].map((time) => time + 1.5 * delay),
      ).t,
    ).toBeGreaterThan(10);
    expect(
      croppedWelchTest(
        fresh[0],
        fresh[1].map((time) => time + delay / 5),
      ).t,
    ).toBeLessThan(10);
  });

  it('calls the same delay detectable whether or not a difference was there', () => {
    const random = knownTimes(SEED);
    const [first, second] = [busyTimes(random, 10_000, 0), busyTimes(random, 10_000, 0)];
    const apart = second.map((time) => time + 500);
    expect(detectableDelay(first, apart, 10)).toBeCloseTo(detectableDelay(first, second, 10), 1);
  });
});
