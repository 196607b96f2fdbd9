import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scalarBytes } from './known-points.ts';
import { vartimeModule } from '../src/secp256k1/wasm/vartime-module.ts';

const P = 2n ** 256n - 2n ** 32n - 977n;
const BOUND = 2 ** 26 - 1;
const LAST_BOUND = 2 ** 22 - 1;

const { exports: wasm } = vartimeModule();
const address = wasm.ioAddress();
const [A, B, R, BYTES] = [address, address + 40, address + 80, address + 120] as const;
const memory = new DataView(wasm.memory.buffer);

/** An element: ten words, of which word i stands for its value times 2^(26 i). */
type Words = readonly number[];

function write(at: number, words: Words): void {
  for (const [index, word] of words.entries()) memory.setUint32(at + 4 * index, word, true);
}

function read(at: number): Words {
  return Array.from({ length: 10 }, (_, index) => memory.getUint32(at + 4 * index, true));
}

function valueOf(words: Words): bigint {
  return words.reduce((sum, word, index) => sum + (BigInt(word) << BigInt(26 * index)), 0n);
}

function wordsOf(value: bigint): Words {
  return Array.from({ length: 10 }, (_, index) =>
    Number(index === 9 ? value >> 234n : (value >> BigInt(26 * index)) & 0x3ffffffn),
  );
}

/** The least magnitude that the words have. */
function magnitudeOf(words: Words): number {
  return Math.max(...words.map((word, index) => Math.ceil(word / (2 * (index === 9 ? LAST_BOUND : BOUND)))));
}

/** Elements of a magnitude, with words at their limit as often as not. */
function elements(magnitude: number): fc.Arbitrary<Words> {
  const word = (bound: number): fc.Arbitrary<number> =>
    fc.oneof(fc.constantFrom(0, 1, bound, 2 * magnitude * bound), fc.nat({ max: 2 * magnitude * bound }));
  return fc.tuple(...Array.from({ length: 10 }, (_, index) => word(index === 9 ? LAST_BOUND : BOUND)));
}

const anyMagnitude = fc.integer({ min: 1, max: 32 }).chain(elements);
/** Values near 0 and p and any other, below 2^256. */
const values = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  fc.bigInt({ min: -40n, max: 40n }).map((distance) => (distance < 0n ? P + distance : distance)),
);

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; square = (square * square) % P, rest >>= 1n) {
    if (rest % 2n === 1n) result = (result * square) % P;
  }
  return result;
}

/** Runs an operation on elements and gives what it left in R. */
function result(operation: () => void, a: Words, b: Words = a): Words {
  write(A, a);
  write(B, b);
  operation();
  return read(R);
}

const runs = { numRuns: 500 };

describe('sums and products of field elements', () => {
  it('multiplies and squares whatever has magnitude 8, to magnitude 1', () => {
    const limit = elements(8);
    fc.assert(
      fc.property(limit, limit, (a, b) => {
        const product = result(
          () => {
            wasm.feMul(R, A, B);
          },
          a,
          b,
        );
        expect(valueOf(product) % P).toBe((valueOf(a) * valueOf(b)) % P);
        expect(magnitudeOf(product)).toBeLessThanOrEqual(1);
        const square = result(() => {
          wasm.feSqr(R, A);
        }, a);
        expect(valueOf(square) % P).toBe(valueOf(a) ** 2n % P);
        expect(magnitudeOf(square)).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });

  it('multiplies when every word stands at the limit of magnitude 8', () => {
    const greatest = Array.from({ length: 10 }, (_, index) => 16 * (index === 9 ? LAST_BOUND : BOUND));
    const product = result(() => {
      wasm.feMul(R, A, B);
    }, greatest);
    expect(valueOf(product) % P).toBe(valueOf(greatest) ** 2n % P);
    expect(
      result(() => {
        wasm.feSqr(R, A);
      }, greatest),
    ).toEqual(product);
  });

  it('takes one place for everything', () => {
    fc.assert(
      fc.property(elements(4), (a) => {
        const inPlace = (operation: () => void): bigint => {
          write(A, a);
          operation();
          return valueOf(read(A)) % P;
        };
        const value = valueOf(a) % P;
        expect(
          inPlace(() => {
            wasm.feMul(A, A, A);
          }),
        ).toBe(value ** 2n % P);
        expect(
          inPlace(() => {
            wasm.feSqr(A, A);
          }),
        ).toBe(value ** 2n % P);
        expect(
          inPlace(() => {
            wasm.feAdd(A, A, A);
          }),
        ).toBe((2n * value) % P);
        expect(
          inPlace(() => {
            wasm.feNegate(A, A, 4);
          }),
        ).toBe((P - value) % P);
        expect(
          (2n *
            inPlace(() => {
              wasm.feHalf(A, A);
            })) %
            P,
        ).toBe(value);
        expect(
          inPlace(() => {
            wasm.feInv(A, A);
          }),
        ).toBe(power(value, P - 2n));
      }),
      { numRuns: 100 },
    );
  });

  it('adds, negates, halves and multiplies by small numbers, and magnitudes grow as they should', () => {
    const pair = fc
      .integer({ min: 1, max: 15 })
      .chain((m) => fc.tuple(fc.constant(m), elements(m), elements(m)));
    fc.assert(
      fc.property(pair, ([magnitude, a, b]) => {
        const sum = result(
          () => {
            wasm.feAdd(R, A, B);
          },
          a,
          b,
        );
        expect(valueOf(sum)).toBe(valueOf(a) + valueOf(b));
        const opposite = result(() => {
          wasm.feNegate(R, A, magnitude);
        }, a);
        expect((valueOf(opposite) + valueOf(a)) % P).toBe(0n);
        expect(magnitudeOf(opposite)).toBeLessThanOrEqual(magnitude + 1);
        const half = result(() => {
          wasm.feHalf(R, A);
        }, a);
        expect((2n * valueOf(half)) % P).toBe(valueOf(a) % P);
        expect(magnitudeOf(half)).toBeLessThanOrEqual(Math.ceil(magnitude / 2) + 1);
        expect(
          valueOf(
            result(() => {
              wasm.feMulInt(R, A, 2);
            }, a),
          ),
        ).toBe(2n * valueOf(a));
      }),
      runs,
    );
  });

  it('negates what has magnitude 31, the most', () => {
    fc.assert(
      fc.property(elements(31), (a) => {
        const opposite = result(() => {
          wasm.feNegate(R, A, 31);
        }, a);
        expect((valueOf(opposite) + valueOf(a)) % P).toBe(0n);
      }),
    );
  });
});

describe('the one representative of a field element', () => {
  it('is found for every magnitude', () => {
    fc.assert(
      fc.property(anyMagnitude, (a) => {
        write(A, a);
        wasm.feNormalizeWeak(A);
        expect(magnitudeOf(read(A))).toBeLessThanOrEqual(1);
        expect(valueOf(read(A)) % P).toBe(valueOf(a) % P);
        write(A, a);
        wasm.feNormalize(A);
        expect(read(A)).toEqual(wordsOf(valueOf(a) % P));
      }),
      runs,
    );
  });

  it('is found next to every multiple of p', () => {
    for (let times = 0n; times < 64n; times += 1n) {
      for (const distance of [-1n, 0n, 1n, 976n, 977n, 2n ** 32n + 976n, 2n ** 32n + 977n]) {
        const value = times * P + distance;
        if (value < 0n) continue;
        write(A, wordsOf(value));
        expect(wasm.feIsZero(A)).toBe(value % P === 0n ? 1 : 0);
        wasm.feNormalize(A);
        expect(read(A)).toEqual(wordsOf(value % P));
        expect(wasm.feIsOdd(A)).toBe(Number((value % P) % 2n));
      }
    }
  });

  it('tells zero and equal elements from others', () => {
    fc.assert(
      fc.property(values, values, fc.nat({ max: 20 }), (a, b, times) => {
        write(A, wordsOf(a % P));
        write(B, wordsOf((a % P) + BigInt(times) * P));
        expect(wasm.feEqual(A, B)).toBe(1);
        write(B, wordsOf(b));
        expect(wasm.feEqual(A, B)).toBe(a % P === b % P ? 1 : 0);
        expect(wasm.feIsZero(B)).toBe(b % P === 0n ? 1 : 0);
      }),
      runs,
    );
  });

  it('is read from and written to 32 bytes, and p and above are refused', () => {
    fc.assert(
      fc.property(values, (value) => {
        new Uint8Array(wasm.memory.buffer, BYTES, 32).set(scalarBytes(value));
        expect(wasm.feSetB32(A, BYTES)).toBe(value < P ? 1 : 0);
        if (value >= P) return;
        expect(read(A)).toEqual(wordsOf(value));
        wasm.feGetB32(BYTES + 32, A);
        expect(new Uint8Array(wasm.memory.buffer, BYTES + 32, 32)).toEqual(scalarBytes(value));
      }),
      runs,
    );
    wasm.feSetInt(A, BOUND);
    expect(read(A)).toEqual(wordsOf(BigInt(BOUND)));
  });
});

describe('inverses and square roots of field elements', () => {
  const operands = fc.oneof(elements(8), values.map(wordsOf));

  it('inverts, and zero to zero', () => {
    fc.assert(
      fc.property(operands, (a) => {
        const inverse = result(() => {
          wasm.feInv(R, A);
        }, a);
        expect(valueOf(inverse) % P).toBe(power(valueOf(a) % P, P - 2n));
        expect(magnitudeOf(inverse)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
    expect(
      valueOf(
        result(() => {
          wasm.feInv(R, A);
        }, wordsOf(P)),
      ) % P,
    ).toBe(0n);
  });

  it('knows squares (Euler), and gives the root that is a square itself, of the element or of its opposite', () => {
    fc.assert(
      fc.property(operands, (a) => {
        const value = valueOf(a) % P;
        const isSquare = power(value, (P - 1n) / 2n) <= 1n;
        write(A, a);
        expect(wasm.feIsSquare(A)).toBe(isSquare ? 1 : 0);
        expect(wasm.feSqrt(R, A)).toBe(isSquare ? 1 : 0);
        expect(valueOf(read(R)) % P).toBe(power(value, (P + 1n) / 4n));
        expect(magnitudeOf(read(R))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
    write(A, wordsOf(0n));
    expect([wasm.feIsSquare(A), wasm.feSqrt(R, A)]).toEqual([1, 1]);
  });
});
