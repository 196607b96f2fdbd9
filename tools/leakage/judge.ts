import type { Outcome } from '@bitcoin-enterprise/tools/runner';
import { type Effort, measure } from './measure.ts';
import type { Subject } from './subject.ts';
import { croppedWelchTest, detectableDelay, medianOf } from './welch.ts';

/** Under this nothing is seen (the threshold of the TVLA method, which the null control must keep). */
const NOTHING_SEEN = 4.5;
/** Above this there is a difference (dudect: Reparaz, Balasch, Verbauwhede, 2017). */
const LEAKS = 10;
/** Above this there is one beyond doubt: the positive control must show that the harness would see it. */
const LEAKS_FOR_CERTAIN = 500;
/** How often a result between the two thresholds is measured again. */
const REPEATS = 2;

/** What a measurement must show: nothing at all, no leak, or a leak that nobody can miss. */
export type Expectation = 'nothing' | 'no-leak' | 'certain-leak';

/**
 * Measures a subject and tells whether it is as expected. A subject between 4.5 and 10, and a control that is not as it must
 * be, is measured again, each time twice as long and in another order: what is there shows more clearly with more samples,
 * what is chance goes away. The last measurement counts.
 */
export function judge(subject: Subject, expectation: Expectation, seed: string, effort: Effort): Outcome {
  const trial = subject.prepare();
  let repeats = 0;
  let taken = measure(trial, seed, effort);
  let { t } = croppedWelchTest(taken.first, taken.second);
  while (isDoubtful(t, expectation) && repeats < REPEATS) {
    repeats += 1;
    taken = measure(trial, `${seed}/${String(repeats)}`, scaled(effort, 2 ** repeats));
    ({ t } = croppedWelchTest(taken.first, taken.second));
  }
  const { first, second, calls } = taken;
  const isAsExpected = hasShown(t, expectation);
  const isKnown = subject.knownLeak !== undefined;
  return {
    name: subject.name,
    ok: isAsExpected || isKnown,
    fields: {
      t: Math.abs(t).toFixed(1),
      limit: limitOf(expectation),
      difference: nanoseconds(medianOf(second) - medianOf(first)),
      detectable: nanoseconds(detectableDelay(first, second, LEAKS)),
      call: nanoseconds(medianOf(first)),
      samples: first.length + second.length,
      calls,
      repeats,
      classes: subject.classes,
    },
    ...(isKnown ? {} : { verdict: isAsExpected ? 'PASS' : 'FAIL' }),
    ...(isKnown ? { details: [`known: ${subject.knownLeak}`] } : {}),
  };
}

/** Worth measuring again: a control that a noisy machine hid, or a subject that is neither clean nor a leak. */
function isDoubtful(t: number, expectation: Expectation): boolean {
  return expectation === 'no-leak'
    ? Math.abs(t) >= NOTHING_SEEN && Math.abs(t) < LEAKS
    : !hasShown(t, expectation);
}

function hasShown(t: number, expectation: Expectation): boolean {
  switch (expectation) {
    case 'nothing':
      return Math.abs(t) < NOTHING_SEEN;
    case 'no-leak':
      return Math.abs(t) < LEAKS;
    case 'certain-leak':
      return Math.abs(t) > LEAKS_FOR_CERTAIN;
  }
}

function limitOf(expectation: Expectation): string {
  switch (expectation) {
    case 'nothing':
      return `<${String(NOTHING_SEEN)}`;
    case 'no-leak':
      return `<${String(LEAKS)}`;
    case 'certain-leak':
      return `>${String(LEAKS_FOR_CERTAIN)}`;
  }
}

function scaled(effort: Effort, factor: number): Effort {
  const { maxSamples, maxMs, minSamples } = effort;
  return {
    ...effort,
    maxSamples: maxSamples * factor,
    maxMs: maxMs * factor,
    minSamples: minSamples * factor,
  };
}

function nanoseconds(value: number): string {
  return `${Math.abs(value) < 100 ? value.toFixed(2) : value.toFixed(0)}ns`;
}
