import { describe, expect, it } from 'vitest';

import { blockHeight, isUnixSeconds, unixSeconds } from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';

describe('lock times', () => {
  it('takes times from 500,000,000 to 2^32 - 1 and heights below, as BIP65 reads them', () => {
    expect(unixSeconds(500_000_000)).toBe(500_000_000);
    expect(unixSeconds(0xffff_ffff)).toBe(4_294_967_295);
    expect(blockHeight(0)).toBe(0);
    expect(blockHeight(499_999_999)).toBe(499_999_999);
  });

  it('refuses a number of the other unit, with the value and the limit', async () => {
    const time = await expectChainError('lock-time-unit', () => unixSeconds(499_999_999));
    expect(time).toMatchObject({ value: '499999999', limit: '500000000..4294967295 seconds' });
    const height = await expectChainError('lock-time-unit', () => blockHeight(500_000_000));
    expect(height).toMatchObject({ value: '500000000', limit: '0..499999999 blocks' });
  });

  it.each([Number.NaN, Infinity, -1, 1.5, 2 ** 32])('refuses %d in both units', async (number) => {
    await expectChainError('lock-time-unit', () => unixSeconds(number));
    await expectChainError('lock-time-unit', () => blockHeight(number));
  });

  it('tells the units apart', () => {
    expect(isUnixSeconds(unixSeconds(500_000_000))).toBe(true);
    expect(isUnixSeconds(blockHeight(499_999_999))).toBe(false);
  });
});
