import type { Random } from './random.ts';

/** AFL's buckets: 1, 2, 3, 4–7, 8–15, 16–31, 32–127, 128 and more, a bit each. */
const BUCKETS = Uint8Array.from({ length: 129 }, (_, hits) => {
  if (hits === 0) return 0;
  if (hits <= 3) return 1 << (hits - 1);
  if (hits < 32) return 1 << (Math.floor(Math.log2(hits)) + 1);
  return hits < 128 ? 64 : 128;
});

/** The inputs that each reached something that none before it had: a place, or a place another number of times. */
export class Corpus {
  readonly #entries: Uint8Array[] = [];
  /** Of each counter, the buckets in which it was seen. */
  #seen = new Uint8Array(0);

  get size(): number {
    return this.#entries.length;
  }

  /** How many places were reached at all. */
  get reached(): number {
    return this.#seen.reduce((count, buckets) => count + Number(buckets !== 0), 0);
  }

  /** Keeps a copy of the input where its hits are new; tells whether it did. */
  offer(input: Uint8Array, hits: Uint32Array): boolean {
    if (hits.length > this.#seen.length) {
      const grown = new Uint8Array(hits.length);
      grown.set(this.#seen);
      this.#seen = grown;
    }
    const seen = this.#seen;
    let isNew = false;
    for (let index = 0; index < hits.length; index += 1) {
      const hit = hits[index] ?? 0;
      if (hit === 0) continue;
      const bucket = BUCKETS[Math.min(hit, 128)] ?? 0;
      const before = seen[index] ?? 0;
      if ((before & bucket) !== 0) continue;
      seen[index] = before | bucket;
      isNew = true;
    }
    if (isNew) this.#entries.push(input.slice());
    return isNew;
  }

  /** One to mutate. Half of the time one of the newest eighth: what was found last has been explored least. */
  choose(random: Random): Uint8Array {
    const count = this.#entries.length;
    const newest = Math.max(1, count >>> 3);
    const index = random.oneIn(2) ? count - 1 - random.below(newest) : random.below(count);
    return this.#entries[index] ?? new Uint8Array();
  }
}
