import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BITCOIN_MAINNET, dustLimitSat, feeSat, LITECOIN_MAINNET } from '../src/index.ts';
import { bytes } from './hex.ts';

describe('fees', () => {
  it('round up', () => {
    expect(feeSat(141, 1_000n)).toBe(141n);
    expect(feeSat(141, 1_001n)).toBe(142n);
    expect(feeSat(1, 1n)).toBe(1n);
    expect(feeSat(0, 5_000n)).toBe(0n);
  });

  it('never pay less than the feerate asks for, nor a satoshi more than that', () => {
    fc.assert(
      fc.property(fc.nat({ max: 400_000 }), fc.bigInt({ min: 0n, max: 10_000_000n }), (size, feerate) => {
        const excess = feeSat(size, feerate) * 1_000n - BigInt(size) * feerate;
        expect(excess >= 0n && excess < 1_000n).toBe(true);
      }),
    );
  });
});

describe('dust limits', () => {
  // Bitcoin Core, src/policy/policy.cpp: 546 for P2PKH, 294 for P2WPKH at 3,000 sat a 1,000 vbytes.
  it.each([
    ['P2PKH', `76a914${'00'.repeat(20)}88ac`, 546n],
    ['P2SH', `a914${'00'.repeat(20)}87`, 540n],
    ['P2WPKH', `0014${'00'.repeat(20)}`, 294n],
    ['P2WSH', `0020${'00'.repeat(32)}`, 330n],
    ['P2TR', `5120${'00'.repeat(32)}`, 330n],
    ['OP_RETURN', '6a0568656c6c6f', 0n],
  ])('are those of Bitcoin Core for %s, and ten times as much on Litecoin', (_kind, script, expected) => {
    expect(dustLimitSat(bytes(script), BITCOIN_MAINNET)).toBe(expected);
    expect(dustLimitSat(bytes(script), LITECOIN_MAINNET)).toBe(10n * expected);
  });
});
