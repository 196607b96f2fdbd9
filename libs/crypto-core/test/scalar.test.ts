import { inspect } from 'node:util';
import { fromHex, toHex } from '@bitcoin-enterprise/crypto-core';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scalar } from '@bitcoin-enterprise/crypto-core/secp256k1';
import { refusal } from './refusal.ts';

// SEC 2 version 2, section 2.4.1.
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const { Fn } = secp256k1.Point;

const numbers = fc.oneof(
  fc.bigInt({ min: 0n, max: order - 1n }),
  fc.constantFrom(0n, 1n, 2n, order - 1n, order - 2n, (order + 1n) / 2n, 2n ** 128n, 2n ** 255n),
);
const scalars = numbers.map((value) => Scalar.fromBigInt(value));
const hexOf = (value: bigint): string => value.toString(16).padStart(64, '0');

describe('Scalar', () => {
  it('adds, subtracts, negates and multiplies as an independent implementation does', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [left, right] = [Scalar.fromBigInt(a), Scalar.fromBigInt(b)];
        expect(left.add(right).toBigInt()).toBe(Fn.add(a, b));
        expect(left.subtract(right).toBigInt()).toBe(Fn.sub(a, b));
        expect(left.multiply(right).toBigInt()).toBe(Fn.mul(a, b));
        expect(left.negate().toBigInt()).toBe(Fn.neg(a));
        expect(left.equals(right)).toBe(a === b);
        expect(left.isZero).toBe(a === 0n);
      }),
      { numRuns: 500 },
    );
  });

  it('inverts everything but zero', () => {
    fc.assert(
      fc.property(
        numbers.filter((value) => value !== 0n),
        (value) => {
          const scalar = Scalar.fromBigInt(value);
          expect(scalar.invert().toBigInt()).toBe(Fn.inv(value));
          expect(scalar.multiply(scalar.invert()).equals(Scalar.ONE)).toBe(true);
        },
      ),
    );
    expect(refusal(() => Scalar.ZERO.invert()).code).toBe('scalar-zero');
  });

  it('has one encoding: 32 bytes, most significant first, below n', () => {
    fc.assert(
      fc.property(scalars, (scalar) => {
        expect(toHex(scalar.toBytes())).toBe(hexOf(scalar.toBigInt()));
        expect(Scalar.fromBytes(scalar.toBytes()).equals(scalar)).toBe(true);
      }),
    );
  });

  it.each([order, order + 1n, 2n ** 256n - 1n])('refuses 32 bytes of %d, n or more', (value) => {
    expect(refusal(() => Scalar.fromBytes(fromHex(hexOf(value))))).toMatchObject({
      code: 'scalar-out-of-range',
      value: '32 bytes, n or more',
      limit: '32 bytes, big-endian, below n',
    });
  });

  it.each([0, 1, 31, 33, 64])('refuses %d bytes', (length) => {
    expect(refusal(() => Scalar.fromBytes(new Uint8Array(length)))).toMatchObject({
      code: 'scalar-out-of-range',
      value: `${length} bytes`,
    });
  });

  it('refuses numbers that are no scalar and does not show them', () => {
    expect(refusal(() => Scalar.fromBigInt(-1n))).toMatchObject({
      code: 'scalar-out-of-range',
      value: 'a negative number',
      limit: '0 to n - 1',
    });
    expect(refusal(() => Scalar.fromBigInt(order)).value).toBe('a number of 256 bits');
    expect(Scalar.fromBigInt(order - 1n).toBigInt()).toBe(order - 1n);
  });

  it('reduces 48 to 64 uniform bytes modulo n', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 48, maxLength: 64 }), (bytes) => {
        expect(Scalar.fromUniformBytes(bytes).toBigInt()).toBe(BigInt(`0x${toHex(bytes)}`) % order);
      }),
    );
    expect(Scalar.fromUniformBytes(fromHex(`${'00'.repeat(16)}${hexOf(order)}`)).isZero).toBe(true);
  });

  it.each([0, 32, 47, 65])('refuses %d uniform bytes, which would give a bias or are a mistake', (length) => {
    expect(refusal(() => Scalar.fromUniformBytes(new Uint8Array(length)))).toMatchObject({
      code: 'length-out-of-range',
      value: `${length} bytes`,
      limit: '48 to 64 bytes',
    });
  });

  it('shows itself in hexadecimal', () => {
    expect(inspect(Scalar.ONE)).toBe(`Scalar(${hexOf(1n)})`);
    expect(String(Scalar.ONE)).toBe(hexOf(1n));
    expect(JSON.stringify({ one: Scalar.ONE })).toBe(`{"one":"${hexOf(1n)}"}`);
  });
});
