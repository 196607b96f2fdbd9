import { randomBytes } from 'node:crypto';
import { exportOf, type Outcome, runCommand, type Source } from '@bitcoin-enterprise/tools/runner';
import { nullControl, positiveControl } from './controls.ts';
import { type Expectation, judge } from './judge.ts';
import type { Effort } from './measure.ts';
import type { Subject } from './subject.ts';

const seed = process.env.LEAKAGE_SEED ?? randomBytes(8).toString('hex');
const EFFORT: Effort = {
  sampleNs: 10_000,
  warmUpMs: 300,
  maxSamples: 100_000,
  maxMs: 5_000,
  minSamples: 10_000,
};

async function subjectsOf(source: Source): Promise<readonly Subject[]> {
  return (await exportOf(source, 'subjects')) as readonly Subject[];
}

function judged(subject: Subject, expectation: Expectation): Outcome {
  return judge(subject, expectation, `${seed}/${subject.name}`, EFFORT);
}

let areControlsDone = false;

/** Whatever is asked for, the controls come first: without them no figure of the run says anything. */
async function* run(source: Source, names: readonly string[]): AsyncIterable<Outcome> {
  if (!areControlsDone) {
    areControlsDone = true;
    yield judged(positiveControl, 'certain-leak');
    yield judged(nullControl, 'nothing');
  }
  for (const subject of await subjectsOf(source)) {
    if (names.includes(subject.name)) yield judged(subject, 'no-leak');
  }
}

process.exitCode = await runCommand(
  {
    command: 'leakage',
    about:
      'Tests whether the time of an operation depends on secrets (Welch t-test in the manner of dudect): t is the ' +
      'greatest |t| of all croppings, detectable the least difference a call that this run would have found.',
    folder: import.meta.dirname,
    names: async (source) => (await subjectsOf(source)).map(({ name }) => name),
    run,
    totals: (outcomes) => ({
      passed: outcomes.filter(({ verdict }) => verdict === 'PASS').length,
      failed: outcomes.filter(({ ok }) => !ok).length,
      known: outcomes.filter(({ ok, verdict }) => ok && verdict === undefined).length,
      seed,
      node: process.version,
    }),
  },
  process.argv.slice(2),
);
