import { script as peer } from 'bitcoinjs-lib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { pushNumber } from '../src/script/push.ts';
import { isSafeDestination } from '../src/script/output-script.ts';
import { bytes, hex } from './hex.ts';

describe('script numbers', () => {
  // The sign bit takes a byte more at 128, 32,768, …; BIP65 reads up to five bytes.
  it.each([
    [0, '00'],
    [1, '51'],
    [16, '60'],
    [17, '0111'],
    [127, '017f'],
    [128, '028000'],
    [255, '02ff00'],
    [32_768, '03008000'],
    [500_000_000, '040065cd1d'],
    [0x7fff_ffff, '04ffffff7f'],
    [0x8000_0000, '050000008000'],
    [0xffff_ffff, '05ffffffff00'],
  ])('writes %i as %s', (value, expected) => {
    expect(hex(pushNumber(value))).toBe(expected);
  });

  it('are those of bitcoinjs-lib, pushed minimally', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), (value) => {
        expect(hex(pushNumber(value))).toBe(hex(peer.compile([peer.number.encode(value)])));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('safe destinations', () => {
  it.each([
    [`76a914${'00'.repeat(20)}88ac`, true],
    [`a914${'00'.repeat(20)}87`, true],
    [`0014${'00'.repeat(20)}`, true],
    [`0020${'00'.repeat(32)}`, true],
    [`5120${'00'.repeat(32)}`, true],
    [`0021${'00'.repeat(33)}`, false],
    [`5220${'00'.repeat(32)}`, false],
    // Pay to anchor: anyone can spend it.
    ['51024e73', false],
    ['6a', false],
    ['51', false],
    ['', false],
  ])('takes %s: %s', (script, safe) => {
    expect(isSafeDestination(bytes(script))).toBe(safe);
  });
});
