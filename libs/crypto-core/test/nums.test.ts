import { createHash } from 'node:crypto';
import { toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import { schnorr, secp256k1, secp256k1_hasher } from '@noble/curves/secp256k1.js';
import { describe, expect, it } from 'vitest';
import { BIP341_NUMS_POINT, numsGenerators, Point } from '@bitcoin-enterprise/crypto-core/secp256k1';
import { refusal } from './refusal.ts';

/** Derived from the description in the docstring alone, with an independent hash to the curve. */
function derivedAgain(label: string, index: number): string {
  const fields = [utf8('bitcoin-enterprise/crypto-core/nums/v1'), utf8(label), Buffer.alloc(4)] as const;
  Buffer.from(fields[2].buffer, fields[2].byteOffset).writeUInt32BE(index);
  const message = Buffer.concat(fields.flatMap((field) => [Buffer.of(0, field.length), field]));
  const DST = utf8('bitcoin-enterprise/crypto-core/nums/v1 with secp256k1_XMD:SHA-256_SSWU_RO_');
  return secp256k1_hasher.hashToCurve(message, { DST }).toHex(true);
}

const hexOf = (points: readonly Point[]): string[] => points.map(String);

describe('NUMS generators', () => {
  it('can be derived again from their description', () => {
    const label = 'range proof G';
    const expected = [0, 1, 2, 3].map((index) => derivedAgain(label, index));
    expect(hexOf(numsGenerators({ label, count: 4 }))).toEqual(expected);
    expect(hexOf(numsGenerators({ label, first: 2 ** 32 - 1, count: 1 }))).toEqual([
      derivedAgain(label, 2 ** 32 - 1),
    ]);
  });

  it('keep to the figures they once had', () => {
    expect(hexOf(numsGenerators({ label: 'value', count: 2 }))).toEqual([
      '03ee8708e90ebe27867600f0fc848f3ce660fdf166716476db1edb74abb41572f8',
      '03257fb956b8c364124ba536934449e976ad248aa07e3328ad0fef7083b824d81a',
    ]);
  });

  it('are the same in a batch and one by one', () => {
    const batch = hexOf(numsGenerators({ label: 'x', first: 5, count: 6 }));
    const single = [5, 6, 7, 8, 9, 10].flatMap((first) =>
      hexOf(numsGenerators({ label: 'x', first, count: 1 })),
    );
    expect(batch).toEqual(single);
  });

  it('are all different, also from G, from H and from one another under other labels', () => {
    const labels = ['a', 'b', 'ab', 'G', 'H'];
    const all = labels.flatMap((label) => hexOf(numsGenerators({ label, count: 100 })));
    const xOnly = [...all, String(Point.GENERATOR), String(BIP341_NUMS_POINT)].map((hex) => hex.slice(2));
    expect(new Set(xOnly).size).toBe(502);
  });

  it.each([
    [0, 1, '1 from 0', true],
    [0, 0, '0 from 0', false],
    [0, 16_385, '16385 from 0', false],
    [0, 1.5, '1.5 from 0', false],
    [-1, 1, '1 from -1', false],
    [0.5, 1, '1 from 0.5', false],
    [2 ** 32, 1, '1 from 4294967296', false],
    [2 ** 32 - 1, 2, '2 from 4294967295', false],
  ])('from index %d, %d of them: %s', (first, count, value, isTaken) => {
    if (isTaken) {
      expect(numsGenerators({ label: 'x', first, count })).toHaveLength(count);
      return;
    }
    expect(refusal(() => numsGenerators({ label: 'x', first, count }))).toMatchObject({
      code: 'integer-out-of-range',
      value,
      limit: '1 to 16384, with indices below 2^32',
    });
  });

  it.each(['', 'x'.repeat(256)])('refuse the label %j', (label) => {
    expect(refusal(() => numsGenerators({ label, count: 1 })).code).toBe('context-malformed');
  });
});

describe('the point H of BIP341', () => {
  // BIP341, "Constructing and spending Taproot outputs".
  it('is lift_x of the hash of G in 65 bytes', () => {
    const generator = secp256k1.Point.BASE.toBytes(false);
    const x = createHash('sha256').update(generator).digest('hex');
    expect(x).toBe('50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0');
    const lifted = schnorr.utils.lift_x(BigInt(`0x${x}`));
    expect(String(BIP341_NUMS_POINT)).toBe(lifted.toHex(true));
    expect(toHex(BIP341_NUMS_POINT.toXOnly())).toBe(x);
    expect(BIP341_NUMS_POINT.hasEvenY).toBe(true);
  });
});
