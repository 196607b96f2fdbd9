/** Of two sets of times: t, and the standard error of the difference of their means. */
export interface WelchTest {
  /** (mean of the second - mean of the first) / standard error; 0 where neither varies and both are equal. */
  readonly t: number;
  readonly standardError: number;
}

/** Welch's t-test (Welch, 1947): two samples that need not have one variance or one size. */
export function welchTest(first: Float64Array, second: Float64Array): WelchTest {
  const a = momentsOf(first);
  const b = momentsOf(second);
  const standardError = Math.sqrt(a.variance / first.length + b.variance / second.length);
  const difference = b.mean - a.mean;
  return { t: difference === 0 ? 0 : difference / standardError, standardError };
}

function momentsOf(values: Float64Array): { readonly mean: number; readonly variance: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, variance: squares / (values.length - 1) };
}

/**
 * The shares of the times that are kept, the shortest first: what interrupted the process lies among the longest and says
 * nothing of the code. No single share is right for every machine, so all of them are tested, as dudect does.
 */
const KEPT_SHARES = [1, 0.999, 0.99, 0.97, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3] as const;
/** Fewer times of one class than this say nothing of their mean. */
const FEWEST_KEPT = 500;

/** The test with the greatest |t| among the croppings of both classes at one limit. */
export function croppedWelchTest(first: Float64Array, second: Float64Array): WelchTest {
  const [a, b] = [first.toSorted(), second.toSorted()];
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  all.sort();
  const tests = KEPT_SHARES.map((share) => {
    const limit = all[Math.ceil(all.length * share) - 1] ?? Infinity;
    return [a.subarray(0, countUpTo(a, limit)), b.subarray(0, countUpTo(b, limit))] as const;
  })
    .filter(([keptA, keptB]) => Math.min(keptA.length, keptB.length) >= FEWEST_KEPT)
    .map(([keptA, keptB]) => welchTest(keptA, keptB));
  return tests.reduce((worst, test) => (Math.abs(test.t) > Math.abs(worst.t) ? test : worst), {
    t: 0,
    standardError: Number.NaN,
  });
}

/** How many of the sorted values are not above the limit. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The least constant delay that would have been found in these very measurements: the classes laid over each other at
 * their medians, then one of them delayed until t is at the threshold; of the two the one where it shows worse.
 */
export function detectableDelay(first: Float64Array, second: Float64Array, threshold: number): number {
  const shift = medianOf(first) - medianOf(second);
  const laidOver = second.map((time) => time + shift);
  return Math.max(leastDelay(first, laidOver, threshold), leastDelay(laidOver, first, threshold));
}

export function medianOf(times: Float64Array): number {
  return times.toSorted()[times.length >> 1] ?? Number.NaN;
}

function leastDelay(still: Float64Array, delayed: Float64Array, threshold: number): number {
  const isFound = (delay: number): boolean =>
    croppedWelchTest(
      still,
      delayed.map((time) => time + delay),
    ).t >= threshold;
  let high = Math.max(1e-3, welchTest(still, delayed).standardError);
  while (!isFound(high)) high *= 2;
  let low = 0;
  for (let step = 0; step < 8; step += 1) {
    const middle = (low + high) / 2;
    if (isFound(middle)) high = middle;
    else low = middle;
  }
  return high;
}
