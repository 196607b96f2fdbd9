import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithThisProcess } from '../services/end-with-process.ts';
import type { LockScript, Phase } from '@bitcoin-enterprise/cci-sat';
import type {
  KillPoint,
  PartyAddress,
  PartyCommand,
  PartyReport,
  PartySetup,
  SwapReport,
  WholeLogEvidence,
} from './party-protocol.ts';

/** The phases that a swap ends in. */
const ENDS: readonly Phase[] = ['claimed-final', 'refunded-final', 'aborted', 'lost'];

type Told<T extends PartyReport['tells']> = Extract<PartyReport, { readonly tells: T }>;

/** A running party, as its parent sees it. */
export class PartyProcess implements AsyncDisposable {
  readonly setup: PartySetup;
  readonly ready: Told<'ready'>;
  /** Everything it told, in order. */
  readonly told: readonly PartyReport[];
  readonly #child: ChildProcess;
  readonly #reports: PartyReport[];
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();
  #ended = false;
  #proposing = false;

  private constructor(setup: PartySetup, child: ChildProcess, reports: PartyReport[], ready: Told<'ready'>) {
    this.setup = setup;
    this.ready = ready;
    this.told = reports;
    this.#reports = reports;
    this.#child = child;
    this.#ended = child.exitCode !== null || child.signalCode !== null;
  }

  /**
   * Starts a party and waits until it listens. If it kills itself before, `killed` says so.
   * `onReport` is told everything as it comes.
   */
  static async start(
    setup: PartySetup,
    onReport: (report: PartyReport) => void = () => undefined,
  ): Promise<PartyProcess | 'killed'> {
    const child = fork(fileURLToPath(new URL('./party.ts', import.meta.url)), {
      execArgv: ['--conditions=@bitcoin-enterprise/source', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Parties are started again and again: what is compiled once is kept for as long as the lab is.
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: join(setup.folder, '..', 'compiled'),
        NODE_DISABLE_COMPILE_CACHE: '',
      },
      // Amounts are bigint.
      serialization: 'advanced',
    });
    const forget = endWithThisProcess({ endNow: () => child.kill('SIGKILL') });
    const reports: PartyReport[] = [];
    let party: PartyProcess | undefined;
    const isReady = Promise.withResolvers<Told<'ready'> | 'killed'>();
    child.on('message', (report: PartyReport) => {
      reports.push(report);
      onReport(report);
      if (report.tells === 'ready') isReady.resolve(report);
      if (report.tells === 'failed' && party === undefined)
        isReady.reject(new Error(`${setup.name}: ${report.message}`));
      if (party !== undefined) party.#wake();
    });
    child.on('exit', () => {
      forget();
      isReady.resolve('killed');
      if (party !== undefined) party.#end();
    });
    child.send({ do: 'set-up', setup } satisfies PartyCommand);
    try {
      const ready = await isReady.promise;
      if (ready === 'killed') return 'killed';
      party = new PartyProcess(setup, child, reports, ready);
      return party;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  get address(): PartyAddress {
    return { identity: this.ready.identity, host: '127.0.0.1', port: this.ready.port };
  }

  /** Whether the process has ended, by its own kill point or otherwise. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it was told to propose a swap since it started. */
  get isProposing(): boolean {
    return this.#proposing;
  }

  propose(o: { script: LockScript; giveSat: bigint; takeSat: bigint; to: PartyAddress }): void {
    this.#proposing = true;
    this.#send({ do: 'propose', ...o });
  }

  /** Makes it kill itself at a step; it has heard it when this returns. */
  async killAt(point: KillPoint): Promise<void> {
    const before = this.#reports.length;
    this.#send({ do: 'kill-at', point });
    await this.until((report) => report.tells === 'armed' && this.#reports.indexOf(report) >= before);
  }

  /** The path of a bundle of one swap, or of the whole log. */
  async export(swap?: string, beside: WholeLogEvidence = {}): Promise<string> {
    this.#send({ do: 'export', ...beside, ...(swap !== undefined && { swap }) });
    const told = await this.until((report) => report.tells === 'exported' && report.swap === swap);
    return (told as Told<'exported'>).file;
  }

  /** The checkpoint of its log that the witnesses of a policy file cosigned. */
  async witness(policy: string): Promise<string> {
    const before = this.#reports.length;
    this.#send({ do: 'witness', policy });
    const told = await this.until(
      (report) => report.tells === 'witnessed' && this.#reports.indexOf(report) >= before,
    );
    return (told as Told<'witnessed'>).checkpoint;
  }

  /** Has it publish its log as tiles in a folder. */
  async publish(folder: string): Promise<void> {
    this.#send({ do: 'publish', folder });
    await this.until((report) => report.tells === 'published');
  }

  /** What it last told of a swap: where it stood at the start, or how it ended. */
  reportOf(swap: string): SwapReport | undefined {
    const reports = this.#reports.flatMap((report) =>
      report.tells === 'ready' ? report.swaps : report.tells === 'finished' ? [report.report] : [],
    );
    return reports.findLast((report) => report.swap === swap);
  }

  /** Every swap that it told of. */
  knownSwaps(): ReadonlySet<string> {
    return new Set([
      ...this.ready.swaps.map(({ swap }) => swap),
      ...this.#reports.flatMap((report) => (report.tells === 'step' ? [report.swap] : [])),
    ]);
  }

  /** The lock times of a swap, once its terms are agreed. */
  agreedOn(swap: string): { readonly first: number; readonly second: number } {
    const agreed = this.#reports.find((report) => report.tells === 'agreed' && report.report.swap === swap);
    const lockTimes =
      (agreed as Told<'agreed'> | undefined)?.report.lockTimes ?? this.reportOf(swap)?.lockTimes;
    if (lockTimes === undefined) throw new Error(`${this.setup.name} has agreed on no swap ${swap}`);
    return lockTimes;
  }

  /** The phase that a swap ended in; undefined while it goes on. */
  endOf(swap: string): Phase | undefined {
    const phase = this.reportOf(swap)?.phase;
    return phase !== undefined && ENDS.includes(phase) ? phase : undefined;
  }

  /** Waits for something to be told, from the beginning; fails when the party ends or fails first. */
  async until(matches: (report: PartyReport) => boolean): Promise<PartyReport> {
    for (let next = 0; ;) {
      const report = this.#reports[next];
      if (report === undefined) {
        if (this.#ended) throw new Error(`${this.setup.name} ended before that`);
        await this.#changed.promise;
        continue;
      }
      if (matches(report)) return report;
      if (report.tells === 'failed') throw new Error(`${this.setup.name}: ${report.message}`);
      next += 1;
    }
  }

  /** Waits until the process has ended. */
  async exited(): Promise<void> {
    while (!this.#ended) await this.#changed.promise;
  }

  /** Ends it in order: its log is closed. */
  async close(): Promise<Told<'closed'>> {
    this.#send({ do: 'close' });
    const closed = (await this.until((report) => report.tells === 'closed')) as Told<'closed'>;
    await this.exited();
    return closed;
  }

  async kill(): Promise<void> {
    if (this.#ended) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #send(command: PartyCommand): void {
    // A process that is killing itself may be gone already; its end is told by `ended`.
    if (this.#child.connected) this.#child.send(command, () => undefined);
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }
}
