import { join } from 'node:path';
import {
  exportOf,
  type Fields,
  type Outcome,
  runCommand,
  type Source,
} from '@bitcoin-enterprise/tools/runner';
import { workspaceRoot } from '../check/workspace-command.ts';
import type { MutationSet } from './mutation-set.ts';
import { outcomeOf } from './score.ts';
import { mutantsOf } from './stryker.ts';

async function* run(source: Source): AsyncIterable<Outcome> {
  const set = (await exportOf(source, 'mutationSet')) as MutationSet;
  const start = performance.now();
  const mutants = await mutantsOf(join(workspaceRoot, 'libs', source.library), set);
  yield outcomeOf(source.name, set.goal, mutants, (performance.now() - start) / 1000);
}

function totals(outcomes: readonly Outcome[]): Fields {
  const sum = (field: string): number =>
    outcomes.reduce((total, { fields }) => total + Number(fields[field] ?? 0), 0);
  return {
    sets: outcomes.length,
    failed: outcomes.filter(({ ok }) => !ok).length,
    killed: sum('killed'),
    survived: sum('survived'),
    timeout: sum('timeout'),
    nocoverage: sum('nocoverage'),
  };
}

process.exitCode = await runCommand(
  {
    command: 'mutation',
    about:
      'Changes the sources of a library in small ways, one at a time, and counts which changes its tests notice.',
    folder: import.meta.dirname,
    run,
    totals,
  },
  process.argv.slice(2),
);
