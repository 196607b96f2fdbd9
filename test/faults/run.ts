import {
  exportOf,
  type Fields,
  type Outcome,
  runCommand,
  showProgress,
  type Source,
} from '@bitcoin-enterprise/tools/runner';
import type { Campaign, CampaignGoal, CampaignResult } from './campaign.ts';

const failuresShown = 20;

async function* run(source: Source): AsyncIterable<Outcome> {
  const campaign = (await exportOf(source, 'campaign')) as Campaign;
  const start = performance.now();
  const shown = showProgress(`faults ${source.library}/${source.name}`);
  let result: CampaignResult;
  try {
    result = await campaign.run(shown.progress);
  } finally {
    shown.clear();
  }
  yield outcomeOf(source.name, result, (performance.now() - start) / 1000);
}

function outcomeOf(name: string, result: CampaignResult, seconds: number): Outcome {
  const goals = [...result.goals, ...goalsOfEveryCampaign(result)];
  const missed = goals.filter(({ met }) => !met);
  const hidden = result.failures.length - failuresShown;
  return {
    name,
    ok: missed.length === 0,
    fields: {
      points: result.points,
      survived: result.survived,
      lost: result.lost,
      ...result.more,
      goals: `${String(goals.length - missed.length)}/${String(goals.length)}`,
      seconds: seconds.toFixed(1),
    },
    verdict: missed.length === 0 ? 'PASS' : 'FAIL',
    details: [
      ...(result.told ?? []),
      ...missed.map((goal) => `missed ${goal.name}: ${goal.detail}`),
      ...result.failures.slice(0, failuresShown),
      ...(hidden > 0 ? [`and ${String(hidden)} more`] : []),
    ],
  };
}

function goalsOfEveryCampaign({ points, survived, lost, goals }: CampaignResult): readonly CampaignGoal[] {
  return [
    {
      name: 'every point accounted for',
      met: points > 0 && survived + lost === points,
      detail: `${String(survived)} survived and ${String(lost)} lost of ${String(points)}`,
    },
    { name: 'nothing lost', met: lost === 0, detail: `${String(lost)} lost` },
    { name: 'a goal of its own', met: goals.length > 0, detail: 'a campaign without a goal proves nothing' },
  ];
}

function totals(outcomes: readonly Outcome[]): Fields {
  const sum = (field: string): number =>
    outcomes.reduce((total, { fields }) => total + Number(fields[field] ?? 0), 0);
  return {
    campaigns: outcomes.length,
    failed: outcomes.filter(({ ok }) => !ok).length,
    points: sum('points'),
    survived: sum('survived'),
    lost: sum('lost'),
  };
}

process.exitCode = await runCommand(
  {
    command: 'faults',
    about: 'Kills, corrupts, reorganises and lies, at every point of a campaign, and counts what was lost.',
    folder: import.meta.dirname,
    run,
    totals,
  },
  process.argv.slice(2),
);
