import { describe, expect, it } from 'vitest';
import { Corpus } from '../corpus.ts';
import { Random } from '../random.ts';

const input = (...bytes: readonly number[]) => Uint8Array.from(bytes);
const hits = (...counts: readonly number[]) => Uint32Array.from(counts);

describe('the corpus', () => {
  it('keeps an input that reaches a new place, and none that reaches what is known', () => {
    const corpus = new Corpus();
    expect(corpus.offer(input(1), hits(1, 0))).toBe(true);
    expect(corpus.offer(input(2), hits(1, 0))).toBe(false);
    expect(corpus.offer(input(3), hits(0, 1))).toBe(true);
    expect(corpus.size).toBe(2);
    expect(corpus.reached).toBe(2);
  });

  it('keeps an input that reaches a known place a number of times in another bucket', () => {
    const corpus = new Corpus();
    const times = Array.from({ length: 300 }, (_, index) => index + 1);
    const kept = times.filter((count) => corpus.offer(input(count), hits(count)));
    expect(kept).toEqual([1, 2, 3, 4, 8, 16, 32, 128]);
  });

  it('knows places of modules that are loaded later', () => {
    const corpus = new Corpus();
    corpus.offer(input(1), hits(1));
    expect(corpus.offer(input(2), hits(1, 0, 1))).toBe(true);
    expect(corpus.offer(input(2), hits(1, 0, 1))).toBe(false);
  });

  it('keeps a copy, and gives every entry sooner or later', () => {
    const corpus = new Corpus();
    const bytes = input(0);
    for (let place = 0; place < 20; place += 1) {
      bytes[0] = place;
      corpus.offer(bytes, new Uint32Array(20).fill(1, place, place + 1));
    }
    const random = new Random(1);
    const chosen = new Set(Array.from({ length: 2_000 }, () => corpus.choose(random)[0]));
    expect(chosen.size).toBe(20);
  });
});
