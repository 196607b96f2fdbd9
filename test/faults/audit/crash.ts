import type { Campaign, CampaignGoal } from '../campaign.ts';
import { contend, type ContentionResult } from './crash/contention.ts';
import { CrashLab, failureOf } from './crash/crash-lab.ts';
import { isDeath, nameOf, type Point } from './crash/points.ts';

/** Each waits for its process half of the time, and looks at a log in the other half. */
const SIDE_BY_SIDE = 2;

const CONTENTION = { processes: 8, appends: 10_000, session: 500 };

/**
 * Kills and starves a process that writes to a log: at every kind of call that it makes of the operating system, an error,
 * a full disk, a short write, SIGKILL, or a loss of power with what was not synced. Then lets eight processes contend for
 * one log.
 */
export const campaign: Campaign = {
  async run(progress) {
    using lab = await CrashLab.open();
    const points = await lab.plan();
    const failures: string[] = [];
    const met: Point[] = [];
    const waiting = [...points];
    let done = 0;
    const work = async (_: unknown, worker: number): Promise<void> => {
      await using processes = lab.processes(`worker-${String(worker)}`);
      for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
        const { fired, problems } = await lab.outcomeOf(processes, point).catch((error: unknown) => {
          return { fired: true, problems: [String(error)] };
        });
        if (fired) met.push(point);
        if (problems.length > 0) failures.push(failureOf(point, problems));
        done += 1;
        progress(done, points.length, nameOf(point));
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    progress(done, points.length, 'eight processes contend for one log');
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
      goals: [...goalsOfFaults(points, met), ...goalsOfContention(contention)],
      failures: [...failures, ...contention.problems],
    };
  },
};

function goalsOfFaults(points: readonly Point[], met: readonly Point[]): CampaignGoal[] {
  const notMet = points.filter((point) => !met.includes(point));
  return [
    { name: 'at least 1,000 faults met', met: met.length >= 1000, detail: `${met.length}` },
    { name: 'at least 400 deaths', met: met.filter(isDeath).length >= 400, detail: `${met.length}` },
    {
      // How many calls a run makes may differ by a few, because a log signs when it is idle.
      name: 'of the faults that were armed, 99 % met',
      met: notMet.length * 100 <= points.length,
      detail: `not ${notMet.slice(0, 5).map(nameOf).join(', ')}`,
    },
  ];
}

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
