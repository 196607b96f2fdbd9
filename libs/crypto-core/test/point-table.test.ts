import { fromHex } from '@bitcoin-enterprise/crypto-core';
import { Point, PointTableVartime } from '@bitcoin-enterprise/crypto-core/secp256k1';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, expect, it } from 'vitest';
import { knownPoints, multipleOfGenerator, opposite, scalarBytes } from './known-points.ts';
import { refusal } from './refusal.ts';
import { vartimeModule } from '../src/secp256k1/wasm/vartime-module.ts';

const known = knownPoints(12);
const encoded = known.map(({ compressed }) => compressed);
const table = PointTableVartime.fromCompressed(encoded);
const scalars = known.map((_, index) => scalarBytes(BigInt(index) ** 40n));

/** The sum of scalar times point, for a stretch of the points and the scalars from the first on. */
function expected(start: number, end: number): Uint8Array | undefined {
  return multipleOfGenerator(
    known.slice(start, end).reduce((sum, { logarithm }, index) => sum + BigInt(index) ** 40n * logarithm, 0n),
  );
}

describe('a table of points', () => {
  it('gives the same sums again and again', () => {
    for (let round = 0; round < 3; round += 1) {
      expect(table.multiScalarMultiply(scalars).toCompressed()).toEqual(expected(0, 12));
    }
  });

  it('is the same from points as from their encodings', () => {
    const same = PointTableVartime.fromPoints(encoded.map((bytes) => Point.fromCompressed(bytes)));
    expect(same.length).toBe(12);
    expect(same.multiScalarMultiply(scalars).toCompressed()).toEqual(expected(0, 12));
  });

  it('keeps points of its own', () => {
    const given = encoded.map((bytes) => bytes.slice());
    const own = PointTableVartime.fromCompressed(given);
    for (const bytes of given) bytes.fill(0);
    expect(own.multiScalarMultiply(scalars).toCompressed()).toEqual(expected(0, 12));
  });

  it('is cut as an array is', () => {
    const part = table.slice(3, 7);
    expect(part.length).toBe(4);
    expect(part.multiScalarMultiply(scalars.slice(0, 4)).toCompressed()).toEqual(expected(3, 7));
    expect(table.slice(-2).multiScalarMultiply(scalars.slice(0, 2)).toCompressed()).toEqual(expected(10, 12));
    expect(part.slice(1).sum().toCompressed()).toEqual(table.slice(4, 7).sum().toCompressed());
    expect(table.slice(5, 2).length).toBe(0);
    expect(table.slice(40).length).toBe(0);
  });

  it('is put together again', () => {
    const whole = PointTableVartime.concat(table.slice(0, 5), table.slice(5, 5), table.slice(5));
    expect(whole.length).toBe(12);
    expect(whole.multiScalarMultiply(scalars).toCompressed()).toEqual(expected(0, 12));
    expect(PointTableVartime.concat().length).toBe(0);
  });

  it('sums its points, whatever cases of the addition that takes', () => {
    const [a, b] = known as unknown as readonly [(typeof known)[0], (typeof known)[0]];
    const lists = [
      [a],
      [a, b],
      [a, a],
      [a, opposite(a)],
      [a, a, opposite(a)],
      [a, opposite(a), b, b, b],
      known,
    ];
    for (const list of lists) {
      const sum = PointTableVartime.fromCompressed(list.map(({ compressed }) => compressed)).sum();
      const wanted = multipleOfGenerator(list.reduce((total, { logarithm }) => total + logarithm, 0n));
      expect(sum.isInfinity ? undefined : sum.toCompressed()).toEqual(wanted);
    }
    expect(PointTableVartime.fromCompressed([]).sum().isInfinity).toBe(true);
    expect(PointTableVartime.fromCompressed([]).multiScalarMultiply([]).isInfinity).toBe(true);
  });

  it('does not take a y with many zero bits for infinity, which is kept as a y of zero', () => {
    // x is a cube root of y^2 - 7 for y = 2^52, of which all words of 26 bits but one are zero.
    const encoding = fromHex('0267588c1eb0efe8695dcf7295dcc24120da22c580896b539192a5f457ca98fe3d');
    expect(Point.fromCompressed(encoding).toUncompressed().subarray(33)).toEqual(scalarBytes(1n << 52n));
    const round = PointTableVartime.fromCompressed([encoding, encoding, encoded[0] ?? encoding]);
    const sum = secp256k1.Point.fromBytes(encoding).multiplyUnsafe(2n).add(secp256k1.Point.BASE);
    expect(round.sum().toCompressed()).toEqual(sum.toBytes(true));
    const many = PointTableVartime.concat(...Array.from({ length: 20 }, () => round));
    const ones = Array.from({ length: 60 }, () => scalarBytes(1n));
    expect(many.multiScalarMultiply(ones).toCompressed()).toEqual(sum.multiplyUnsafe(20n).toBytes(true));
  });

  it('refuses infinity, what is no point, and another number of scalars', () => {
    expect(refusal(() => PointTableVartime.fromPoints([Point.INFINITY])).code).toBe('point-at-infinity');
    expect(refusal(() => PointTableVartime.fromCompressed([new Uint8Array(33)])).code).toBe(
      'point-malformed',
    );
    expect(refusal(() => table.multiScalarMultiply(scalars.slice(1))).code).toBe('length-mismatch');
  });
});

describe('a table as large as one sum may be', () => {
  const G = fromHex('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');
  const thousand = PointTableVartime.fromCompressed(Array.from({ length: 1024 }, () => G));
  const full = PointTableVartime.concat(...Array.from({ length: 64 }, () => thousand));

  it('sums 65,536 points', () => {
    expect(full.sum().toCompressed()).toEqual(multipleOfGenerator(65_536n));
  });

  it('sums 65,536 multiples', () => {
    const indices = Array.from({ length: 65_536 }, (_, index) => BigInt(index) << 200n);
    const sum = indices.reduce((total, scalar) => total + scalar, 0n);
    expect(full.multiScalarMultiply(indices.map(scalarBytes)).toCompressed()).toEqual(
      multipleOfGenerator(sum),
    );
  });

  it('takes no more than 64 MiB for that', () => {
    expect(vartimeModule().exports.memory.buffer.byteLength).toBeLessThanOrEqual(64 * 1024 * 1024);
  });

  it('refuses one more', () => {
    const larger = PointTableVartime.concat(full, thousand.slice(0, 1));
    expect(refusal(() => larger.sum()).code).toBe('msm-too-large');
    const zeros = Array.from({ length: larger.length }, () => scalarBytes(0n));
    expect(refusal(() => larger.multiScalarMultiply(zeros)).code).toBe('msm-too-large');
  });
});
