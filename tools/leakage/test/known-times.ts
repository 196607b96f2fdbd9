/** Times of known distributions from a seed: mulberry32 for uniform numbers, Box-Muller for normal ones. */
export function knownTimes(seed: number): {
  readonly normal: (mean: number, deviation: number) => number;
  readonly uniform: () => number;
} {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = (mean: number, deviation: number): number =>
    mean + deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { normal, uniform };
}

export function arrayOf(length: number, next: () => number): Float64Array {
  return Float64Array.from({ length }, next);
}
