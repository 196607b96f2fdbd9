import { classOrder } from './class-order.ts';
import type { Trial } from './subject.ts';

/** How long one subject is measured. */
export interface Effort {
  /** Of a sample: a batch of calls is timed, so that the clock's own cost and grain count little. */
  readonly sampleNs: number;
  readonly warmUpMs: number;
  /** The samples stop at the first of the two, but never before the least number. */
  readonly maxSamples: number;
  readonly maxMs: number;
  readonly minSamples: number;
}

/** Times of the two classes, each of one sample in nanoseconds a call. */
export interface Measurement {
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Calls in one sample. */
  readonly calls: number;
}

/** Measures both classes in random order, each sample on an input that was just selected. */
export function measure(trial: Trial, seed: string, effort: Effort): Measurement {
  const order = classOrder(seed);
  const calls = warmUp(trial, order, effort);
  const times: readonly [number[], number[]] = [[], []];
  const end = performance.now() + effort.maxMs;
  for (let count = 0; count < effort.maxSamples; count += 1) {
    if (count >= effort.minSamples && performance.now() > end) break;
    const isSecondClass = order.next().value;
    times[isSecondClass ? 1 : 0].push(sample(trial, isSecondClass, calls));
  }
  return { first: Float64Array.from(times[0]), second: Float64Array.from(times[1]), calls };
}

/** Runs both classes until the compiler has settled, and gives the calls that make a sample of the wanted length. */
function warmUp(trial: Trial, order: Iterator<boolean, never, undefined>, effort: Effort): number {
  const end = performance.now() + effort.warmUpMs;
  const recent: number[] = [];
  let calls = 1;
  while (performance.now() < end) {
    recent.push(sample(trial, order.next().value, calls));
    if (recent.length > 100) recent.shift();
    // The slower of two classes that differ, and not what was interrupted.
    const callNs = recent.toSorted((a, b) => a - b)[(recent.length * 3) >> 2] ?? 1;
    calls = Math.max(1, Math.round(effort.sampleNs / Math.max(1, callNs)));
  }
  return calls;
}

/** The last result: the compiler may leave out what nobody uses. */
const lastResult: [unknown] = [undefined];

function sample(trial: Trial, isSecondClass: boolean, calls: number): number {
  trial.select(isSecondClass);
  const start = process.hrtime.bigint();
  for (let call = 0; call < calls; call += 1) lastResult[0] = trial.run();
  return Number(process.hrtime.bigint() - start) / calls;
}
