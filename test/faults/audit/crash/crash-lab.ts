import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultLab } from '../injected/fault-lab.ts';
import { problemsAfter } from './aftermath.ts';
import type { Job, Said } from './job.ts';
import { refusalProblems } from './refusals.ts';
import { copyLog, prefill, type Workload, WORKLOADS } from './workload.ts';

/** How the log of a workload is found when its process starts. */
interface Start {
  readonly folder: string;
  readonly checkpoint: string;
}

/** What kills and starves a process that writes to a log. */
export type CrashLab = FaultLab<Workload, Job, Said>;

/** @throws ServiceError where there is no C compiler. */
export function openCrashLab(): Promise<CrashLab> {
  return FaultLab.open({
    workloads: WORKLOADS,
    share: 1,
    program: fileURLToPath(import.meta.resolve('./writing-process.ts')),
    async prepare(folder) {
      const starts = await makeStarts(folder);
      return async (processes, { workload, powerOff, fault, folder: own }) => {
        const start = starts.get(workload);
        if (start === undefined) throw new Error(`${workload.name} was not prepared`);
        if (workload.prefilled > 0) copyLog(start.folder, own);
        const result = await processes.run({ workload: workload.name, folder: own, powerOff });
        const { checkpoint } = start;
        const problems = await problemsAfter({ ...result, fault, folder: own, workload, checkpoint });
        return [...refusalProblems(fault, result.said), ...problems];
      };
    },
  });
}

async function makeStarts(folder: string): Promise<ReadonlyMap<Workload, Start>> {
  const starts = new Map<Workload, Start>();
  for (const workload of WORKLOADS) {
    const [made, left] = [join(folder, workload.name, 'made'), join(folder, workload.name, 'left')];
    for (const path of [made, left]) mkdirSync(path, { recursive: true });
    const checkpoint = await prefill(made, left, workload);
    starts.set(workload, { folder: workload.leftOpen ? left : made, checkpoint });
  }
  return starts;
}
