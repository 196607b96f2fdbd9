import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFaultingFiles, type FileFault } from '@bitcoin-enterprise/tools/services';
import { FaultedProcesses, type Line } from './faulted-processes.ts';
import { type Named, type Point, pointsOf } from './points.ts';

/** One run of a workload. */
export interface Run<Workload> {
  readonly workload: Workload;
  /** Whether the power goes off instead of the files being closed. */
  readonly powerOff: boolean;
  readonly fault: FileFault | undefined;
  /** For the files of this run alone. */
  readonly folder: string;
}

/** Lets a process do its job in a run, and tells what is wrong with what is left. */
export type Play<Workload, Job, Said extends Line> = (
  processes: FaultedProcesses<Job, Said>,
  run: Run<Workload>,
) => Promise<readonly string[]>;

/** What is played. */
export interface LabOptions<Workload extends Named, Job, Said extends Line> {
  readonly workloads: readonly Workload[];
  /** Of the plan of points, from 0 to 1. */
  readonly share: number;
  /** The program of the processes. */
  readonly program: string;
  /** Makes what the runs start from, in a folder that lasts as long as the lab. */
  prepare(folder: string): Promise<Play<Workload, Job, Said>>;
}

/** What came of one point. */
export interface PointOutcome {
  /** Whether the run came to the call that was to fail. */
  readonly fired: boolean;
  readonly problems: readonly string[];
}

/** A folder with what a campaign needs: the faulting library, and what its runs start from. */
export class FaultLab<Workload extends Named, Job, Said extends Line> implements Disposable {
  readonly folder: string;
  readonly #options: LabOptions<Workload, Job, Said>;
  readonly #library: string;
  readonly #play: Play<Workload, Job, Said>;

  private constructor(
    folder: string,
    options: LabOptions<Workload, Job, Said>,
    library: string,
    play: Play<Workload, Job, Said>,
  ) {
    this.folder = folder;
    this.#options = options;
    this.#library = library;
    this.#play = play;
  }

  /** @throws ServiceError where there is no C compiler. */
  static async open<Workload extends Named, Job, Said extends Line>(
    options: LabOptions<Workload, Job, Said>,
  ): Promise<FaultLab<Workload, Job, Said>> {
    const folder = mkdtempSync(join(tmpdir(), 'audit-faults-'));
    try {
      const library = await buildFaultingFiles(folder);
      const starts = join(folder, 'starts');
      mkdirSync(starts);
      return new FaultLab(folder, options, library, await options.prepare(starts));
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
  processes(name: string): FaultedProcesses<Job, Said> {
    const { program } = this.#options;
    return new FaultedProcesses(program, join(this.folder, name), this.#library, this.environment);
  }

  /** Every point of every workload, spread over the calls that its run makes when nothing fails. */
  async plan(): Promise<Point<Workload>[]> {
    await using processes = this.processes('plan');
    const points: Point<Workload>[] = [];
    const { workloads, share } = this.#options;
    for (const workload of workloads) {
      processes.control.disarm();
      const problems = await this.#run(processes, { workload, powerOff: false, fault: undefined });
      if (problems.length > 0) throw new Error(`${workload.name}, without a fault: ${problems.join('; ')}`);
      points.push(...pointsOf(workload, processes.control.counts(), share));
    }
    return points;
  }

  /** Injects one fault into a run of its workload, and looks at what is left. */
  async outcomeOf(processes: FaultedProcesses<Job, Said>, point: Point<Workload>): Promise<PointOutcome> {
    processes.control.arm(point.fault);
    const problems = await this.#run(processes, point);
    return { fired: processes.control.fired, problems };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #run(
    processes: FaultedProcesses<Job, Said>,
    { workload, powerOff, fault }: Omit<Run<Workload>, 'folder'>,
  ): Promise<readonly string[]> {
    const folder = mkdtempSync(join(processes.folder, 'run-'));
    const problems = await this.#play(processes, { workload, powerOff, fault, folder });
    rmSync(folder, { recursive: true });
    return problems;
  }
}
