import type { CampaignGoal } from '../../campaign.ts';
import type { FaultLab } from './fault-lab.ts';
import type { Line } from './faulted-processes.ts';
import { isDeath, nameOf, type Named, type Point } from './points.ts';

/** Each waits for its process half of the time, and looks at what is left in the other half. */
const SIDE_BY_SIDE = 2;

/** What came of all points. */
export interface PlayedPoints {
  /** Those whose call was made. */
  readonly met: readonly Point[];
  /** A line for each that did not survive. */
  readonly failures: readonly string[];
}

/** Plays every point, several side by side. */
export async function playPoints<Workload extends Named, Job, Said extends Line>(
  lab: FaultLab<Workload, Job, Said>,
  points: readonly Point<Workload>[],
  progress: (done: number, total: number, note: string) => void,
): Promise<PlayedPoints> {
  const [failures, met]: [string[], Point[]] = [[], []];
  const waiting = [...points];
  let done = 0;
  const work = async (_: unknown, worker: number): Promise<void> => {
    await using processes = lab.processes(`worker-${String(worker)}`);
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      const { fired, problems } = await lab.outcomeOf(processes, point).catch((error: unknown) => {
        return { fired: true, problems: [String(error)] };
      });
      if (fired) met.push(point);
      if (problems.length > 0) failures.push(`${nameOf(point)}: ${problems.join('; ').slice(0, 400)}`);
      done += 1;
      progress(done, points.length, nameOf(point));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return { met, failures };
}

/** Whether enough was injected: so many faults in all, and so many deaths among them. */
export function goalsOfPoints(
  points: readonly Point[],
  met: readonly Point[],
  least: { readonly faults: number; readonly deaths: number },
): CampaignGoal[] {
  const notMet = points.filter((point) => !met.includes(point));
  const deaths = met.filter(isDeath).length;
  return [
    { name: `at least ${least.faults} faults met`, met: met.length >= least.faults, detail: `${met.length}` },
    { name: `at least ${least.deaths} deaths`, met: deaths >= least.deaths, detail: `${deaths}` },
    {
      // How many calls a run makes may differ by a few, because a log signs when it is idle.
      name: 'of the faults that were armed, 99 % met',
      met: notMet.length * 100 <= points.length,
      detail: `not ${notMet.slice(0, 5).map(nameOf).join(', ')}`,
    },
  ];
}
