import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { secondsForBlocks } from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';

/** P[Erlang(k, spacing) > t], summed as it is written down; fine as long as e^-x does not vanish. */
function tail(blocks: number, seconds: number, spacing: number): number {
  const x = seconds / spacing;
  let term = Math.exp(-x);
  let sum = 0;
  for (let i = 0; i < blocks; i += 1) {
    sum += term;
    term *= x / (i + 1);
  }
  return sum;
}

describe('seconds to wait for blocks', () => {
  it('is -spacing · ln p for one block, whose time is exponentially distributed', () => {
    const seconds = secondsForBlocks(1, { targetSpacingSeconds: 600, lossProbability: 1e-6 });
    expect(seconds).toBe(Math.ceil(600 * 6 * Math.LN10));
  });

  it('follows the quantiles of chi-square, half of which with 2k degrees of freedom is Erlang', () => {
    // Upper 0.1 % points of chi-square with 10 and 12 degrees of freedom: 29.588 and 32.909.
    expect(secondsForBlocks(5, { targetSpacingSeconds: 600, lossProbability: 1e-3 }) / 300).toBeCloseTo(
      29.588,
      1,
    );
    expect(secondsForBlocks(6, { targetSpacingSeconds: 600, lossProbability: 1e-3 }) / 300).toBeCloseTo(
      32.909,
      1,
    );
  });

  it('is the least whole number of seconds that keeps the probability', () => {
    const blocks = fc.integer({ min: 1, max: 200 });
    const spacing = fc.integer({ min: 1, max: 1_200 });
    const exponent = fc.double({ min: -9, max: -0.1, noNaN: true });
    fc.assert(
      fc.property(blocks, spacing, exponent, (count, targetSpacingSeconds, power) => {
        const lossProbability = 10 ** power;
        const seconds = secondsForBlocks(count, { targetSpacingSeconds, lossProbability });
        expect(Number.isInteger(seconds)).toBe(true);
        expect(tail(count, seconds, targetSpacingSeconds)).toBeLessThanOrEqual(lossProbability * (1 + 1e-9));
        expect(tail(count, seconds - 1, targetSpacingSeconds)).toBeGreaterThan(lossProbability * (1 - 1e-9));
      }),
    );
  });

  it('grows with the blocks and with the caution', () => {
    const of = (blocks: number, lossProbability: number): number =>
      secondsForBlocks(blocks, { targetSpacingSeconds: 150, lossProbability });
    expect(of(7, 1e-6)).toBeGreaterThan(of(6, 1e-6));
    expect(of(6, 1e-9)).toBeGreaterThan(of(6, 1e-6));
  });

  it('stays near the mean for many blocks, where a sum of terms of its own would vanish', () => {
    const seconds = secondsForBlocks(100_000, { targetSpacingSeconds: 600, lossProbability: 1e-6 });
    // Normal approximation: mean + 4.753 standard deviations.
    expect(seconds / 600).toBeGreaterThan(100_000 + 4.7 * Math.sqrt(100_000));
    expect(seconds / 600).toBeLessThan(100_000 + 4.85 * Math.sqrt(100_000));
  });

  it('may be shorter than the mean when losing is likely', () => {
    expect(secondsForBlocks(10, { targetSpacingSeconds: 600, lossProbability: 0.99 })).toBeLessThan(6_000);
  });

  it.each([
    [0, 600, 0.5],
    [1.5, 600, 0.5],
    [100_001, 600, 0.5],
    [1, 0, 0.5],
    [1, Infinity, 0.5],
    [1, 600, 0],
    [1, 600, 1],
    [1, 600, Number.NaN],
  ])(
    'refuses %d blocks, %d seconds, probability %d',
    async (blocks, targetSpacingSeconds, lossProbability) => {
      const options = { targetSpacingSeconds, lossProbability };
      const error = await expectChainError('arrival-out-of-range', () => secondsForBlocks(blocks, options));
      expect(error.limit).toBeDefined();
    },
  );
});
