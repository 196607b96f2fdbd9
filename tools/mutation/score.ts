import type { Outcome } from '@bitcoin-enterprise/tools/runner';
import type { Mutant } from './stryker.ts';

const SHOWN_MUTANTS = 60;

/** What came of the mutants of one set: the score is the part of them that the tests noticed, in per cent. */
export function outcomeOf(name: string, goal: number, mutants: readonly Mutant[], seconds: number): Outcome {
  const count = (status: Mutant['status']): number =>
    mutants.filter((mutant) => mutant.status === status).length;
  const [killed, survived] = [count('Killed'), count('Survived')];
  const [timeout, nocoverage] = [count('Timeout'), count('NoCoverage')];
  const noticed = killed + timeout;
  const total = noticed + survived + nocoverage;
  const score = total === 0 ? 0 : (noticed / total) * 100;
  const ok = score >= goal;
  const unnoticed = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const hidden = unnoticed.length - SHOWN_MUTANTS;
  return {
    name,
    ok,
    fields: {
      killed,
      survived,
      timeout,
      nocoverage,
      score: `${score.toFixed(1)}%`,
      goal,
      seconds: seconds.toFixed(1),
    },
    verdict: ok ? 'PASS' : 'FAIL',
    details: [
      ...unnoticed.slice(0, SHOWN_MUTANTS).map(describe),
      ...(hidden > 0 ? [`and ${String(hidden)} more`] : []),
    ],
  };
}

function describe({ status, place, mutator, replacement }: Mutant): string {
  const how = status === 'NoCoverage' ? 'not reached' : 'survived';
  return `${how} ${place} ${mutator}: ${replacement.slice(0, 100)}`;
}
