import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MutableInput } from '../mutable-input.ts';
import { mutate } from '../mutation.ts';
import { Random } from '../random.ts';

const sources = {
  dictionary: [Uint8Array.of(0xca, 0xfe, 0xba, 0xbe)],
  other: () => new Uint8Array(9).fill(0x5a),
};

function mutated(bytes: Uint8Array, seed: number, capacity = 64): Uint8Array {
  const input = new MutableInput(capacity);
  input.load(bytes);
  mutate(input, new Random(seed), sources);
  return input.bytes.slice();
}

describe('mutations', () => {
  it('never make an input longer than it may be, and give the same for one seed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 40 }),
        (bytes, seed, capacity) => {
          const result = mutated(bytes, seed, capacity);
          expect(result.length).toBeLessThanOrEqual(capacity);
          expect(mutated(bytes, seed, capacity)).toEqual(result);
        },
      ),
    );
  });

  it('reach every neighbour of an input in some way', () => {
    const start = new TextEncoder().encode('length=12;');
    const results = Array.from({ length: 20_000 }, (_, seed) => Buffer.from(mutated(start, seed)));
    const some = (holds: (result: Buffer) => boolean) => {
      expect(results.filter(holds).length).toBeGreaterThan(10);
    };
    const difference = (result: Buffer) => start.filter((byte, index) => byte !== result[index]).length;
    some((result) => result.length === start.length && difference(result) === 1);
    some((result) => result.length < start.length && result.equals(start.subarray(0, result.length)));
    some((result) => result.length > start.length && result.includes('length=12;'));
    some((result) => result.includes(Buffer.from('cafebabe', 'hex')));
    some((result) => result.includes('ZZZ'));
    some((result) => result.includes('length=4294967296;'));
    some((result) => result.includes('lengthlength') || result.includes('=12=12'));
    some((result) => result.length === start.length && result[0] === start.length - 1);
  });

  it('turn an empty input into one with bytes', () => {
    const lengths = Array.from({ length: 100 }, (_, seed) => mutated(new Uint8Array(), seed).length);
    expect(Math.max(...lengths)).toBeGreaterThan(0);
  });
});

describe('an input that is mutated', () => {
  const of = (capacity: number, ...bytes: readonly number[]) => {
    const input = new MutableInput(capacity);
    input.load(Uint8Array.from(bytes));
    return input;
  };

  it('cuts off what does not fit', () => {
    const input = of(4, 1, 2, 3, 4, 5);
    expect([...input.bytes]).toEqual([1, 2, 3, 4]);
    input.delete(1, 1);
    input.insert(1, Uint8Array.of(7, 8, 9));
    expect([...input.bytes]).toEqual([1, 7, 3, 4]);
    input.overwrite(3, Uint8Array.of(5, 6));
    expect([...input.bytes]).toEqual([1, 7, 3, 5]);
  });

  it('can be given a part of itself', () => {
    const input = of(8, 1, 2, 3, 4);
    input.insert(1, input.bytes.subarray(0, 3));
    expect([...input.bytes]).toEqual([1, 1, 2, 3, 2, 3, 4]);
  });
});
