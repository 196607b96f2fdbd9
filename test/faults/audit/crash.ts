import type { Campaign, CampaignGoal } from '../campaign.ts';
import { contend, type ContentionResult } from './crash/contention.ts';
import { openCrashLab } from './crash/crash-lab.ts';
import { goalsOfPoints, playPoints } from './injected/play-points.ts';
import { isDeath } from './injected/points.ts';

const CONTENTION = { processes: 8, appends: 10_000, session: 500 };

/**
 * Kills and starves a process that writes to a log: at every kind of call that it makes of the operating system, an error,
 * a full disk, a short write, SIGKILL, or a loss of power with what was not synced. Then lets eight processes contend for
 * one log.
 */
export const campaign: Campaign = {
  async run(progress) {
    using lab = await openCrashLab();
    const points = await lab.plan();
    const { met, failures } = await playPoints(lab, points, progress);
    progress(points.length, points.length, 'eight processes contend for one log');
    const contention = await contend(lab.folder, CONTENTION, lab.environment);
    return {
      points: points.length,
      survived: points.length - failures.length,
      lost: failures.length,
      more: {
        deaths: met.filter(isDeath).length,
        errors: met.filter((point) => !isDeath(point)).length,
        appends: contention.acknowledged,
        'appends-lost': contention.lost,
        forks: contention.forked,
        'lock-refusals': contention.refusals,
      },
      goals: [...goalsOfPoints(points, met, { faults: 1000, deaths: 400 }), ...goalsOfContention(contention)],
      failures: [...failures, ...contention.problems],
    };
  },
};

function goalsOfContention({
  acknowledged,
  lost,
  forked,
  refusals,
  problems,
}: ContentionResult): CampaignGoal[] {
  const expected = CONTENTION.processes * CONTENTION.appends;
  return [
    { name: 'every append acknowledged', met: acknowledged === expected, detail: `${acknowledged}` },
    { name: 'no contended append lost', met: lost === 0, detail: `${lost}` },
    { name: 'no fork', met: forked === 0, detail: `${forked}` },
    {
      name: 'processes met each other',
      met: refusals >= CONTENTION.processes,
      detail: `${refusals} refusals`,
    },
    { name: 'the contended log is whole', met: problems.length === 0, detail: problems.join('; ') },
  ];
}
