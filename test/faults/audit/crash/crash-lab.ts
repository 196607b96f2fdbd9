import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFaultingFiles } from '@bitcoin-enterprise/tools/services';
import { problemsAfter } from './aftermath.ts';
import { nameOf, type Point, pointsOf } from './points.ts';
import { refusalProblems } from './refusals.ts';
import { copyLog, prefill, type Workload, WORKLOADS } from './workload.ts';
import { WritingProcesses } from './writing-processes.ts';

/** How the log of a workload is found when its process starts. */
interface Start {
  readonly folder: string;
  readonly checkpoint: string;
}

/** What came of one point. */
export interface PointOutcome {
  /** Whether the run came to the call that was to fail. */
  readonly fired: boolean;
  readonly problems: readonly string[];
}

/** A folder with what a campaign needs: the faulting library, and the logs that processes start from. */
export class CrashLab implements Disposable {
  readonly folder: string;
  readonly #library: string;
  readonly #starts: ReadonlyMap<Workload, Start>;

  private constructor(folder: string, library: string, starts: ReadonlyMap<Workload, Start>) {
    this.folder = folder;
    this.#library = library;
    this.#starts = starts;
  }

  /** @throws ServiceError where there is no C compiler. */
  static async open(): Promise<CrashLab> {
    const folder = mkdtempSync(join(tmpdir(), 'audit-crash-'));
    try {
      const library = await buildFaultingFiles(folder);
      const starts = new Map<Workload, Start>();
      for (const workload of WORKLOADS) {
        const [made, left] = ['made', 'left'].map((name) => join(folder, 'starts', workload.name, name));
        if (made === undefined || left === undefined) continue;
        for (const path of [made, left]) mkdirSync(path, { recursive: true });
        const checkpoint = await prefill(made, left, workload);
        starts.set(workload, { folder: workload.leftOpen ? left : made, checkpoint });
      }
      return new CrashLab(folder, library, starts);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Of processes that are started so often: without the cache, starting takes three times as long. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      NODE_COMPILE_CACHE: join(this.folder, 'compile-cache'),
      NODE_DISABLE_COMPILE_CACHE: undefined,
    };
  }

  /** Processes of their own, to play points with. */
  processes(name: string): WritingProcesses {
    return new WritingProcesses(join(this.folder, name), this.#library, this.environment);
  }

  /** Every point of every workload, spread over the calls that its run makes when nothing fails. */
  async plan(): Promise<Point[]> {
    await using processes = this.processes('plan');
    const points: Point[] = [];
    for (const workload of WORKLOADS) {
      processes.control.disarm();
      const problems = await this.#play(processes, workload, false);
      if (problems.length > 0) throw new Error(`${workload.name}, without a fault: ${problems.join('; ')}`);
      points.push(...pointsOf(workload, processes.control.counts()));
    }
    return points;
  }

  /** Injects one fault into a run of its workload, and looks at what is left. */
  async outcomeOf(processes: WritingProcesses, point: Point): Promise<PointOutcome> {
    processes.control.arm(point.fault);
    const problems = await this.#play(processes, point.workload, point.powerOff, point);
    return { fired: processes.control.fired, problems };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #play(
    processes: WritingProcesses,
    workload: Workload,
    powerOff: boolean,
    point?: Point,
  ): Promise<string[]> {
    const start = this.#starts.get(workload);
    if (start === undefined) throw new Error(`${workload.name} was not prepared`);
    const folder = mkdtempSync(join(processes.folder, 'log-'));
    if (workload.prefilled > 0) copyLog(start.folder, folder);
    const result = await processes.run({ workload: workload.name, folder, powerOff });
    const { checkpoint } = start;
    const problems = await problemsAfter({ ...result, fault: point?.fault, folder, workload, checkpoint });
    rmSync(folder, { recursive: true });
    return [...refusalProblems(point?.fault, result.said), ...problems];
  }
}

/** How a point that did not survive is told. */
export function failureOf(point: Point, problems: readonly string[]): string {
  return `${nameOf(point)}: ${problems.join('; ').slice(0, 400)}`;
}
