import { constantTimeCompare, constantTimeEqual, constantTimeSelect } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitFlips } from './alteration.ts';
import { refusal } from './refusal.ts';

const pair = fc.integer({ min: 0, max: 64 }).chain((length) => fc.tuple(bytesOf(length), bytesOf(length)));

function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

describe('constantTimeEqual', () => {
  it('agrees with a plain comparison', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 8, max: 1 }),
        fc.uint8Array({ maxLength: 8, max: 1 }),
        (a, b) => {
          expect(constantTimeEqual(a, b)).toBe(a.join() === b.join());
        },
      ),
    );
  });

  it('sees every single bit', () => {
    const bytes = new Uint8Array(32).fill(0x5a);
    const alike = [...bitFlips(bytes)].filter((other) => constantTimeEqual(bytes, other));
    expect(alike).toEqual([]);
  });
});

describe('constantTimeCompare', () => {
  it('agrees with Buffer.compare', () => {
    const few = fc.uint8Array({ minLength: 4, maxLength: 4, max: 2 });
    fc.assert(
      fc.property(fc.oneof(pair, fc.tuple(few, few)), ([a, b]) => {
        expect(constantTimeCompare(a, b)).toBe(Buffer.compare(a, b));
        expect(constantTimeCompare(b, a)).toBe(Buffer.compare(b, a));
        expect(constantTimeCompare(a, a)).toBe(0);
      }),
    );
  });

  it('lets the first byte that differs decide, for every two values of it', () => {
    const wrong: string[] = [];
    for (let left = 0; left < 256; left += 1) {
      for (let right = 0; right < 256; right += 1) {
        const order = constantTimeCompare(Uint8Array.of(7, left, 1), Uint8Array.of(7, right, 2));
        if (order !== (left === right ? -1 : Math.sign(left - right))) wrong.push(`${left} and ${right}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('refuses unequal lengths', () => {
    const error = refusal(() => constantTimeCompare(new Uint8Array(2), new Uint8Array(3)));
    expect(error).toMatchObject({ code: 'length-mismatch', value: '2 and 3 bytes', limit: 'equal lengths' });
  });
});

describe('constantTimeSelect', () => {
  it('gives the first where the condition is true and the second where it is false', () => {
    fc.assert(
      fc.property(pair, fc.boolean(), ([a, b], condition) => {
        expect(constantTimeSelect(condition, a, b)).toEqual(condition ? a : b);
      }),
    );
  });

  it('gives a copy, also of a part of a larger array', () => {
    const whole = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const selected = constantTimeSelect(true, whole.subarray(2, 4), whole.subarray(4, 6));
    expect([...selected]).toEqual([3, 4]);
    selected.fill(9);
    expect([...whole]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses unequal lengths', () => {
    const error = refusal(() => constantTimeSelect(true, new Uint8Array(2), new Uint8Array(3)));
    expect(error).toMatchObject({ code: 'length-mismatch', value: '2 and 3 bytes', limit: 'equal lengths' });
  });
});
