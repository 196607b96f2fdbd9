import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '@bitcoin-enterprise/tools/runner';
import { endWithThisProcess } from '../services/end-with-process.ts';
import { readCurrentInput } from './current-input.ts';
import type { Finding, FindingKind, FuzzReport } from './finding.ts';
import type { FuzzJob, FuzzMessage } from './fuzz-job.ts';

const LOOK_MS = 100;
/** To load a target and make its seeds. */
const START_MS = 120_000;
const HEAP_MIB = 1024;
const SHOWN_OUTPUT = 2_000;

/** How a process that was given a {@link FuzzJob} ended. */
export type FuzzEnd =
  | Exclude<FuzzMessage, { type: 'progress' }>
  /** An input ended the process, or did not end within its time. `soFar` is what was known before. */
  | { readonly type: 'lost'; readonly finding: Finding; readonly soFar: FuzzReport };

const NOTHING_YET: FuzzReport = {
  executions: 0,
  accepted: 0,
  corpus: 0,
  reached: 0,
  places: 0,
  findings: [],
};

/**
 * Fuzzes one target in a process of its own, and ends that when one input takes longer than `inputMs`. Nothing is left
 * running.
 *
 * @param o.folder for the files of all processes of one run, which whoever made it removes
 */
export async function supervise(
  source: Source,
  o: {
    readonly folder: string;
    readonly seed: number;
    readonly inputMs: number;
    readonly work: FuzzJob['work'];
  },
): Promise<FuzzEnd> {
  const currentInput = join(o.folder, 'current-input');
  rmSync(currentInput, { force: true });
  const child = fork(join(import.meta.dirname, 'fuzz-process.ts'), [], {
    execArgv: [
      '--conditions=@bitcoin-enterprise/source',
      '--disable-warning=ExperimentalWarning',
      '--enable-source-maps',
      '--expose-gc',
      `--max-old-space-size=${HEAP_MIB}`,
    ],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const release = endWithThisProcess({
    endNow: () => {
      child.kill('SIGKILL');
    },
  });
  try {
    const instrumented = join(o.folder, 'instrumented');
    child.send({ source, seed: o.seed, currentInput, instrumented, work: o.work } satisfies FuzzJob);
    return await new Watched(child, currentInput, o.inputMs).ended();
  } finally {
    release();
    child.kill('SIGKILL');
  }
}

/** A process that fuzzes, its messages and its pace. */
class Watched {
  readonly #child: ChildProcess;
  readonly #currentInput: string;
  readonly #inputMs: number;
  #soFar = NOTHING_YET;
  #last: FuzzEnd | undefined;
  #output = '';
  #executions = 0;
  #since = performance.now();

  constructor(child: ChildProcess, currentInput: string, inputMs: number) {
    this.#child = child;
    this.#currentInput = currentInput;
    this.#inputMs = inputMs;
  }

  async ended(): Promise<FuzzEnd> {
    const keep = (text: string): void => {
      this.#output = (this.#output + text).slice(-SHOWN_OUTPUT);
    };
    this.#child.stdout?.setEncoding('utf8').on('data', keep);
    this.#child.stderr?.setEncoding('utf8').on('data', keep);
    this.#child.on('message', (message: FuzzMessage) => {
      if (message.type === 'progress') this.#soFar = message.report;
      else this.#last = message;
    });
    const clock = setInterval(() => {
      this.#look();
    }, LOOK_MS);
    try {
      const how = await new Promise<string>((resolve, reject) => {
        this.#child.on('error', reject);
        this.#child.on('close', (code, signal) => {
          resolve(signal ?? `exit code ${String(code)}`);
        });
      });
      return this.#last ?? this.#lost('crash', `the process ended with ${how}\n${this.#output.trim()}`);
    } finally {
      clearInterval(clock);
    }
  }

  /** Ends the process when it is at the same input for too long. */
  #look(): void {
    const executions = this.#executionsSoFar();
    if (executions !== this.#executions) {
      this.#executions = executions;
      this.#since = performance.now();
    }
    const patience = executions === 0 ? START_MS : this.#inputMs;
    if (this.#last !== undefined || performance.now() - this.#since < patience) return;
    this.#last =
      executions === 0
        ? { type: 'failed', stack: `the target was not loaded within ${START_MS} ms\n${this.#output.trim()}` }
        : this.#lost('hang', `the input was not done within ${this.#inputMs} ms`);
    this.#child.kill('SIGKILL');
  }

  #executionsSoFar(): number {
    try {
      return readCurrentInput(this.#currentInput).executions;
    } catch {
      return 0;
    }
  }

  #lost(kind: FindingKind, detail: string): FuzzEnd {
    if (this.#executionsSoFar() === 0) return { type: 'failed', stack: detail };
    const { input, executions } = readCurrentInput(this.#currentInput);
    const inputHex = Buffer.from(input).toString('hex');
    return {
      type: 'lost',
      finding: { kind, detail, inputHex, foundLength: input.length },
      soFar: { ...this.#soFar, executions },
    };
  }
}
