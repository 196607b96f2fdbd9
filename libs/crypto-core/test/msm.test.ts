import { fromHex, toHex } from '@bitcoin-enterprise/crypto-core';
import { multiScalarMultiplyVartime } from '@bitcoin-enterprise/crypto-core/secp256k1';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  GROUP_ORDER,
  type KnownPoint,
  knownPoints,
  multipleOfGenerator,
  opposite,
  scalarBytes,
} from './known-points.ts';
import { refusal } from './refusal.ts';

const G = fromHex('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');
const points = knownPoints(520);
const [first, second] = points as readonly [KnownPoint, KnownPoint];

interface Term {
  readonly scalar: bigint;
  readonly point: KnownPoint;
}

function sumOf(terms: readonly Term[]): Uint8Array | undefined {
  return multiScalarMultiplyVartime(
    terms.map(({ scalar }) => scalarBytes(scalar)),
    terms.map(({ point }) => point.compressed),
  );
}

function expectedOf(terms: readonly Term[]): Uint8Array | undefined {
  return multipleOfGenerator(terms.reduce((sum, { scalar, point }) => sum + scalar * point.logarithm, 0n));
}

/** Deterministic, with no pattern in its bits: a multiple of 2^256 divided by the golden ratio, modulo n. */
function spread(index: number): bigint {
  const ratio = 0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18e95n;
  return (BigInt(index + 1) * ratio * ratio) % GROUP_ORDER;
}

describe('multiples of the base point that standards state', () => {
  // BIP340, test-vectors.csv, 0 to 3: secret key and public key, which is the x coordinate of its multiple of G.
  it.each([
    ['3', 'f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9'],
    [
      'b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef',
      'dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659',
    ],
    [
      'c90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b14e5c9',
      'dd308afec5777e13121fa72b9cc1b7cc0139715309b086c960e18fd969774eb8',
    ],
    [
      '0b432b2677937381aef05bb02a66ecd012773062cf3fa2549e44f58ed2401710',
      '25d1dff95105f5253c4022f628a996ad3a0d95fbf21d468a1b33f8c160d8f517',
    ],
  ])('gives the x of %s G', (secret, x) => {
    const product = multiScalarMultiplyVartime([scalarBytes(BigInt(`0x${secret}`))], [G]);
    expect(toHex(product?.subarray(1) ?? new Uint8Array())).toBe(x);
  });

  it('gives G itself, its opposite for n - 1 (SEC 2 section 2.4.1 gives n), and infinity for zero', () => {
    expect(multiScalarMultiplyVartime([scalarBytes(1n)], [G])).toEqual(G);
    const negated = G.slice();
    negated[0] = 3;
    expect(multiScalarMultiplyVartime([scalarBytes(GROUP_ORDER - 1n)], [G])).toEqual(negated);
    expect(multiScalarMultiplyVartime([scalarBytes(0n)], [G])).toBeUndefined();
  });

  it('gives infinity for no terms', () => {
    expect(multiScalarMultiplyVartime([], [])).toBeUndefined();
  });
});

describe('any number of terms', () => {
  // Around every number at which the method or the width of a digit changes.
  const changes = [40, 100, 256, 512, 1536, 3072, 12_288];
  const counts = [1, 2, 3, 4, 5, 8, 16, 31, 64, 128, ...changes.flatMap((count) => [count - 1, count])];
  it.each(counts)('sums %i terms of large scalars', (count) => {
    const terms = Array.from({ length: count }, (_, index) => {
      const point = points[index % points.length];
      if (point === undefined) throw new Error('there are no points');
      return { scalar: spread(index), point };
    });
    expect(sumOf(terms)).toEqual(expectedOf(terms));
  });

  it.each([1, 2, 31, 64, 300])('sums %i times one point with one scalar', (count) => {
    const terms = Array.from({ length: count }, () => ({ scalar: spread(7), point: second }));
    expect(sumOf(terms)).toEqual(expectedOf(terms));
  });

  it.each([2, 30, 64, 300])('comes to infinity when %i terms cancel in pairs', (count) => {
    const terms = points
      .slice(0, count / 2)
      .flatMap((point, index) =>
        [point, opposite(point)].map((one) => ({ scalar: spread(index), point: one })),
      );
    expect(sumOf(terms)).toBeUndefined();
  });

  it.each([2, 31, 64, 300])(
    'comes to infinity when the scalars of one point, %i times, add up to n',
    (count) => {
      const scalars = Array.from({ length: count - 1 }, (_, index) => spread(index));
      const last = GROUP_ORDER - (scalars.reduce((sum, scalar) => sum + scalar, 0n) % GROUP_ORDER);
      const terms = [...scalars, last].map((scalar) => ({ scalar, point: second }));
      expect(sumOf(terms)).toBeUndefined();
    },
  );

  it.each([1, 40, 200])('comes to infinity for %i zero scalars', (count) => {
    expect(sumOf(points.slice(0, count).map((point) => ({ scalar: 0n, point })))).toBeUndefined();
  });

  it.each([1, 40, 200])('sums %i terms whose scalars are all n - 1', (count) => {
    const terms = points.slice(0, count).map((point) => ({ scalar: GROUP_ORDER - 1n, point }));
    expect(sumOf(terms)).toEqual(expectedOf(terms));
  });
});

/** A primitive cube root of one modulo n: multiples by it and its square are where the endomorphism splits a scalar. */
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;

describe('terms that meet in the exceptional cases of the addition', () => {
  const edges = [
    ...[0n, 1n, 2n, 3n, 15n, 16n, 17n, 31n, 32n],
    ...[1n << 127n, (1n << 128n) - 1n, 1n << 128n, 1n << 255n],
    ...[LAMBDA, LAMBDA + 1n, LAMBDA - 1n, GROUP_ORDER - LAMBDA, (LAMBDA * LAMBDA) % GROUP_ORDER],
    ...[GROUP_ORDER >> 1n, (GROUP_ORDER >> 1n) + 1n, GROUP_ORDER - 1n, GROUP_ORDER - 2n],
  ];
  const scalar = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: GROUP_ORDER - 1n }));
  // Few points and their opposites and lambda multiples, so that the same x comes up again and again.
  const related = points.slice(0, 3).flatMap((point) => {
    const multiple = (point.logarithm * LAMBDA) % GROUP_ORDER;
    const compressed = multipleOfGenerator(multiple) ?? point.compressed;
    const image = { logarithm: multiple, compressed };
    return [point, opposite(point), image, opposite(image)];
  });
  const term = fc.record({ scalar, point: fc.constantFrom(...related) });

  it('sums them as an independent implementation does', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 12 }), (terms) => {
        expect(sumOf(terms)).toEqual(expectedOf(terms));
      }),
      { numRuns: 300 },
    );
  });

  it('sums many of them as an independent implementation does', () => {
    fc.assert(
      fc.property(fc.array(term, { minLength: 32, maxLength: 300 }), (terms) => {
        expect(sumOf(terms)).toEqual(expectedOf(terms));
      }),
      { numRuns: 40 },
    );
  });

  it.each(edges)('multiplies by %i', (edge) => {
    for (const count of [1, 2, 32]) {
      const terms = Array.from({ length: count }, () => ({ scalar: edge, point: first }));
      expect(sumOf(terms)).toEqual(expectedOf(terms));
    }
  });
});

describe('what is refused', () => {
  const one = scalarBytes(1n);

  it('a scalar of n or more, and says which', () => {
    for (const scalar of [GROUP_ORDER, GROUP_ORDER + 1n, (1n << 256n) - 1n]) {
      const error = refusal(() => multiScalarMultiplyVartime([one, scalarBytes(scalar)], [G, G]));
      expect(error).toMatchObject({ code: 'scalar-out-of-range', value: 'n or more' });
      expect(error.message).toContain('item 1 ');
    }
  });

  it('takes n - 1 whichever part of it is compared last', () => {
    for (let bits = 0n; bits < 256n; bits += 1n) {
      const scalar = (GROUP_ORDER - 1n) ^ (1n << bits);
      const run = (): unknown => multiScalarMultiplyVartime([scalarBytes(scalar)], [G]);
      if (scalar < GROUP_ORDER) expect(run).not.toThrow();
      else expect(refusal(run).code).toBe('scalar-out-of-range');
    }
  });

  it.each([0, 31, 33])('a scalar of %i bytes', (length) => {
    const error = refusal(() => multiScalarMultiplyVartime([new Uint8Array(length)], [G]));
    expect(error).toMatchObject({ code: 'scalar-out-of-range', value: `${length} bytes` });
  });

  it.each([0, 32, 34, 64, 65])('a point of %i bytes', (length) => {
    const error = refusal(() => multiScalarMultiplyVartime([one], [new Uint8Array(length).fill(2)]));
    expect(error).toMatchObject({ code: 'point-malformed', value: `${length} bytes` });
  });

  it('a point with another first byte, an x of p or more or an x that is on no point, and says which', () => {
    const p = 2n ** 256n - 2n ** 32n - 977n;
    const encoded = (prefix: number, x: bigint): Uint8Array => Uint8Array.of(prefix, ...scalarBytes(x));
    const wrong = [
      ...[0, 1, 4, 6, 7, 255].map((prefix) => Uint8Array.of(prefix, ...G.subarray(1))),
      // 5 and 0 are on no point: 5^3 + 7 and 7 are no squares. p + 1 would be 1, which is on one.
      ...[5n, 0n, p, p + 1n, (1n << 256n) - 1n].map((x) => encoded(2, x)),
    ];
    expect(multiScalarMultiplyVartime([one], [encoded(2, 1n)])).toEqual(encoded(2, 1n));
    for (const point of wrong) {
      const error = refusal(() => multiScalarMultiplyVartime([one, one, one], [G, G, point]));
      expect(error.code).toBe('point-malformed');
      expect(error.message).toContain('item 2 ');
    }
  });

  it('another number of scalars than of points', () => {
    const error = refusal(() => multiScalarMultiplyVartime([one, one], [G]));
    expect(error).toMatchObject({ code: 'length-mismatch', value: '2 scalars', limit: '1 points' });
    expect(refusal(() => multiScalarMultiplyVartime([], [G])).code).toBe('length-mismatch');
  });

  it('more than 65,536 points', () => {
    const many = Array.from({ length: 65_537 }, () => G);
    const error = refusal(() => multiScalarMultiplyVartime([], many));
    expect(error).toMatchObject({ code: 'msm-too-large', value: '65537 points', limit: '65,536 points' });
  });
});
