import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { FaultControl } from '@bitcoin-enterprise/tools/services';

/** A job takes a fraction of a second; a process that hangs is a failed point. */
const JOB_MS = 60_000;

/** A line that a process says: the last one of a job is `end`, the first one of all is `ready`. */
export interface Line {
  readonly what: string;
}

/** What came of one job. */
export interface JobResult<Said extends Line> {
  readonly said: readonly Said[];
  /** Whether the process was killed by the fault. */
  readonly wasKilled: boolean;
}

interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly lines: AsyncIterator<string>;
  readonly ended: Promise<unknown>;
  /** What it said on standard error. */
  readonly errors: () => string;
}

/**
 * One process whose files fail after the other: the next is started when a job has killed the one before. Its program reads
 * a job a line, and says what becomes of it.
 */
export class FaultedProcesses<Job, Said extends Line> implements AsyncDisposable {
  /** Where the files of the jobs are to be: only those in here fail. */
  readonly folder: string;
  readonly control: FaultControl;
  readonly #program: string;
  readonly #environment: NodeJS.ProcessEnv;
  #running: Running | undefined;

  /**
   * @param program a file of TypeScript
   * @param folder of their own, which is made
   * @param library that makes files fail
   */
  constructor(program: string, folder: string, library: string, environment: NodeJS.ProcessEnv) {
    this.#program = program;
    this.folder = join(folder, 'files');
    mkdirSync(this.folder, { recursive: true });
    this.control = FaultControl.create(join(folder, 'control'));
    this.#environment = { ...environment, ...this.control.environment(library, this.folder) };
  }

  /**
   * Does a job, under the fault that is armed.
   *
   * @throws Error when the process ended in another way than by being killed
   */
  async run(job: Job): Promise<JobResult<Said>> {
    const running = (this.#running ??= await this.#start());
    const limit = setTimeout(() => running.child.kill('SIGTERM'), JOB_MS);
    try {
      running.child.stdin.write(`${JSON.stringify(job)}\n`);
      const said: Said[] = [];
      for (let next = await running.lines.next(); next.done !== true; next = await running.lines.next()) {
        const line = JSON.parse(next.value) as Said;
        if (line.what === 'end') return { said, wasKilled: false };
        said.push(line);
      }
      await this.#requireKilled(running);
      return { said, wasKilled: true };
    } finally {
      clearTimeout(limit);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running?.child.stdin.end();
    await this.#running?.ended;
    this.control[Symbol.dispose]();
  }

  async #requireKilled({ child, ended, errors }: Running): Promise<void> {
    this.#running = undefined;
    await ended;
    if (child.signalCode === 'SIGKILL') return;
    const how = String(child.signalCode ?? child.exitCode);
    throw new Error(`the process ended with ${how}: ${errors().trim().slice(-1000)}`);
  }

  async #start(): Promise<Running> {
    const child = spawn(process.execPath, ['--conditions=@bitcoin-enterprise/source', this.#program], {
      env: this.#environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const running: Running = { child, lines, ended: once(child, 'close'), errors: () => errors };
    // A process that is gone takes no input.
    child.stdin.on('error', () => undefined);
    await lines.next();
    return running;
  }
}
