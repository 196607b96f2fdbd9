import { fromHex, isCryptoError } from '@bitcoin-enterprise/crypto-core';
import { Point } from '@bitcoin-enterprise/crypto-core/secp256k1';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame } from './input/bytes.ts';

/** The field prime of secp256k1 (SEC 2 section 2.4.1), which is no coordinate. */
const PRIME = fromHex('fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f');

function decode(input: Uint8Array): Point {
  if (input.length === 32) return Point.fromXOnly(input);
  return input.length === 65 ? Point.fromUncompressed(input) : Point.fromCompressed(input);
}

function encode(point: Point, length: number): Uint8Array {
  if (length === 32) return point.toXOnly();
  return length === 65 ? point.toUncompressed() : point.toCompressed();
}

export const target: FuzzTarget<Point> = {
  seeds: [32, 33, 65].flatMap((length) =>
    [Point.GENERATOR, Point.GENERATOR.negate()].map((point) => encode(point, length)),
  ),
  dictionary: [
    PRIME,
    new Uint8Array(32),
    Uint8Array.of(4),
    Uint8Array.of(6),
    Uint8Array.of(2),
    Uint8Array.of(3),
  ],
  maxLength: 80,
  isRefusal: isCryptoError,
  decode,
  check: (point, input) => {
    expectSame(encode(point, input.length), input, 'the point written again');
    if (!point.subtract(point).isInfinity) throw new Error('the point is no point');
    if (!Point.fromCompressed(point.toCompressed()).equals(point))
      throw new Error('another point was written');
  },
};
