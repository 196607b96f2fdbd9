import { join } from 'node:path';
import { exportOf, type Outcome, runCommand, type Source } from '@bitcoin-enterprise/tools/runner';
import type { Bench, MemoryBench } from './bench.ts';
import { measure, type Measurement } from './measure.ts';
import { installOpponents } from './opponents.ts';

const folder = import.meta.dirname;

async function benchesOf(source: Source): Promise<readonly (Bench | MemoryBench)[]> {
  return (await exportOf(source, 'benches')) as readonly (Bench | MemoryBench)[];
}

async function needsOpponents(source: Source): Promise<boolean> {
  return (await exportOf(source, 'needsOpponents').catch(() => false)) === true;
}

async function* run(source: Source, names: readonly string[]): AsyncIterable<Outcome> {
  if (await needsOpponents(source)) installOpponents(join(folder, 'opponents'));
  for (const bench of await benchesOf(source)) {
    if (!names.includes(bench.name)) continue;
    yield 'limitMb' in bench ? await memoryOutcome(bench) : outcomeOf(bench, await measure(bench));
  }
}

function outcomeOf(bench: Bench, { oursNs, peerNs, ratio, spread, rounds, stolen }: Measurement): Outcome {
  const ok = ratio >= bench.goal;
  return {
    name: bench.name,
    ok,
    fields: {
      ours: duration(oursNs),
      peer: `${bench.peer}:${duration(peerNs)}`,
      ratio: ratio.toPrecision(3),
      spread: spread.map((bound) => bound.toPrecision(3)).join('–'),
      rounds,
      ...(stolen === undefined ? {} : { stolen: `${Math.round(stolen * 100)}%` }),
      ...bench.tells?.(oursNs),
      goal: bench.goal,
      ...(bench.aim === undefined
        ? {}
        : { aim: `${bench.aim}:${ratio >= bench.aim ? 'reached' : 'missed'}` }),
    },
    verdict: ok ? 'PASS' : 'FAIL',
  };
}

async function memoryOutcome(bench: MemoryBench): Promise<Outcome> {
  const { name, limitMb } = bench;
  const { usedMb, fields = {} } = await bench.measure();
  const ok = usedMb <= limitMb;
  return {
    name,
    ok,
    fields: {
      ours: `${usedMb.toPrecision(3)}MB`,
      peer: `limit:${limitMb}MB`,
      ratio: (limitMb / usedMb).toPrecision(3),
      ...fields,
      goal: 1,
    },
    verdict: ok ? 'PASS' : 'FAIL',
  };
}

/** Nanoseconds in the unit that a reader would choose. */
function duration(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${nanoseconds.toPrecision(3)}ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1e3).toPrecision(3)}µs`;
  if (nanoseconds < 1e9) return `${(nanoseconds / 1e6).toPrecision(3)}ms`;
  return `${(nanoseconds / 1e9).toPrecision(3)}s`;
}

process.exitCode = await runCommand(
  {
    command: 'bench',
    about:
      'Measures our operations against an opponent, both sides by turns in one run (ratio = peer time / our time).',
    folder,
    names: async (source) => (await benchesOf(source)).map(({ name }) => name),
    run,
    totals: (outcomes) => ({
      passed: outcomes.filter(({ ok }) => ok).length,
      failed: outcomes.filter(({ ok }) => !ok).length,
    }),
  },
  process.argv.slice(2),
);
