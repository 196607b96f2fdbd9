import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultLab } from '../injected/fault-lab.ts';
import { witnessProblemsAfter } from './aftermath.ts';
import { tell } from './history.ts';
import type { SaidOfWitness, WitnessJob } from './job.ts';
import { copyStore, prefillStore, WITNESS_WORKLOADS, type WitnessWorkload } from './workload.ts';

/** What kills and starves a process with a witness. */
export type WitnessLab = FaultLab<WitnessWorkload, WitnessJob, SaidOfWitness>;

/** @throws ServiceError where there is no C compiler. */
export function openWitnessLab(): Promise<WitnessLab> {
  return FaultLab.open({
    workloads: WITNESS_WORKLOADS,
    // A store of one table makes fewer kinds of writes than a log.
    share: 0.5,
    program: fileURLToPath(import.meta.resolve('./witness-process.ts')),
    async prepare(folder) {
      const [history, fork] = [await tell(folder, 'one'), await tell(folder, 'another')];
      const [made, left] = [join(folder, 'made'), join(folder, 'left')];
      for (const path of [made, left]) mkdirSync(path);
      await prefillStore(made, left, SEEN, history);
      return async (processes, { workload, powerOff, fault, folder: own }) => {
        const known = workload.isLeft ? SEEN : 0;
        if (workload.isLeft) copyStore(left, own);
        const { said } = await processes.run({ folder: own, history, known, powerOff });
        return await witnessProblemsAfter({ folder: own, known, said, fault, history, fork });
      };
    },
  });
}

/** Sizes that the store that was left has seen. */
const SEEN = 4;
