import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';

describe('the seeded numbers', () => {
  it('are the same for one seed and others for another', () => {
    const numbers = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 100 }, () => random.uint32());
    };
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
    expect(new Set(numbers(0)).size).toBe(100);
  });

  it('stay below their limit and reach all below it', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 20 }), (seed, limit) => {
        const random = new Random(seed);
        const seen = new Set(Array.from({ length: limit * 50 }, () => random.below(limit)));
        expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: limit }, (_, index) => index));
      }),
    );
  });

  it('spread evenly', () => {
    const random = new Random(1);
    const counts = new Array<number>(16).fill(0);
    for (let index = 0; index < 160_000; index += 1) {
      const bucket = random.below(16);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
