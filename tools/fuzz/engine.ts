import { setImmediate } from 'node:timers/promises';
import { Corpus } from './corpus.ts';
import type { Counters } from './counters.ts';
import type { Finding, FuzzReport } from './finding.ts';
import { MemoryWatch } from './memory-watch.ts';
import { minimise } from './minimise.ts';
import { MutableInput } from './mutable-input.ts';
import { mutate } from './mutation.ts';
import { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';
import { Judge, type Verdict } from './verdict.ts';

export const DEFAULT_MAX_LENGTH = 1024;
const MAX_FINDINGS = 5;
const MINIMISE_ATTEMPTS = 5_000;
/** How often memory is looked at: after so many executions, and after one that took so long. */
const MEMORY_EXECUTIONS = 256;
const SLOW_MS = 5;
const BREATH_MS = 20;
const STACK_LINES = 12;
const REPAIR_ONE_IN = 4;

export interface EngineOptions {
  readonly counters: Counters;
  readonly seed: number;
  /** When to stop; with executions alone a run is the same every time. */
  readonly limits: { readonly seconds?: number; readonly executions?: number };
  /** Called with each input before it is decoded. */
  record?(input: Uint8Array): void;
  /** Called now and then with what is known so far. */
  progress?(report: FuzzReport): void;
}

/**
 * Runs one target on mutations of its seeds, keeping each input that reaches something new, until a limit is reached,
 * five different things were found or memory is short. The event loop runs in between, so that a process can be told to end.
 *
 * @throws Error where a seed is not decoded: the target does not fit the decoder any more
 */
export async function fuzz(target: FuzzTarget<unknown>, o: EngineOptions): Promise<FuzzReport> {
  return await new Engine(target, o).run();
}

class Engine {
  readonly #target: FuzzTarget<unknown>;
  readonly #o: EngineOptions;
  readonly #judge: Judge;
  readonly #random: Random;
  readonly #corpus = new Corpus();
  readonly #memory = new MemoryWatch();
  readonly #findings = new Map<string, Finding>();
  #executions = 0;
  #accepted = 0;

  constructor(target: FuzzTarget<unknown>, o: EngineOptions) {
    this.#target = target;
    this.#o = o;
    this.#judge = new Judge(target);
    this.#random = new Random(o.seed);
  }

  async run(): Promise<FuzzReport> {
    await this.#runSeeds();
    const { seconds = Infinity, executions = Infinity } = this.#o.limits;
    const input = new MutableInput(this.#target.maxLength ?? DEFAULT_MAX_LENGTH);
    const end = performance.now() + seconds * 1000;
    let breath = performance.now();
    while (
      this.#executions < executions &&
      this.#findings.size < MAX_FINDINGS &&
      !this.#findings.has('memory')
    ) {
      const start = performance.now();
      if (start >= end) break;
      if (start - breath > BREATH_MS) {
        this.#o.progress?.(this.#report());
        await setImmediate();
        breath = performance.now();
      }
      const mutated = this.#next(input);
      const verdict = this.#execute(mutated);
      await this.#settle(mutated, verdict instanceof Promise ? await verdict : verdict);
      const isSlow = performance.now() - start > SLOW_MS;
      if (isSlow || this.#executions % MEMORY_EXECUTIONS === 0) await this.#lookAtMemory(mutated);
    }
    return this.#report();
  }

  async #runSeeds(): Promise<void> {
    for (const [index, seed] of this.#target.seeds.entries()) {
      const verdict = await this.#execute(seed);
      if (verdict.outcome === 'refused') throw new Error(`seed ${index} of the target is refused`);
      await this.#settle(seed, verdict);
    }
    if (this.#target.seeds.length === 0) throw new Error('the target has no seed');
  }

  #next(input: MutableInput): Uint8Array {
    input.load(this.#corpus.choose(this.#random));
    mutate(input, this.#random, {
      dictionary: this.#target.dictionary ?? [],
      other: () => this.#corpus.choose(this.#random),
    });
    if (this.#target.repair !== undefined && this.#random.oneIn(REPAIR_ONE_IN)) {
      input.load(this.#target.repair(input.bytes.slice(), this.#random));
    }
    return input.bytes;
  }

  #execute(input: Uint8Array): Verdict | Promise<Verdict> {
    this.#executions += 1;
    this.#o.record?.(input);
    this.#o.counters.reset();
    return this.#judge.judge(input);
  }

  async #settle(input: Uint8Array, verdict: Verdict): Promise<void> {
    this.#corpus.offer(input, this.#o.counters.hits);
    if (verdict.outcome === 'accepted') this.#accepted += 1;
    if (verdict.outcome === 'found') await this.#keep(input, verdict);
  }

  /** Keeps a finding that is unlike those before it, with the smallest input that shows the same. */
  async #keep(input: Uint8Array, verdict: Verdict & { outcome: 'found' }): Promise<void> {
    const signature = signatureOf(verdict);
    if (signature === undefined || this.#findings.has(signature)) return;
    const shows = async (candidate: Uint8Array): Promise<boolean> => {
      this.#o.record?.(candidate);
      return signatureOf(await this.#judge.judge(candidate)) === signature;
    };
    const smallest = await minimise(input.slice(), shows, MINIMISE_ATTEMPTS);
    const shown = await withStack(() => this.#judge.judge(smallest));
    this.#findings.set(
      signature,
      findingOf(shown.outcome === 'found' ? shown : verdict, smallest, input.length),
    );
  }

  async #lookAtMemory(input: Uint8Array): Promise<void> {
    if (!this.#memory.isHigh) return;
    const detail = this.#memory.leaked() ?? (await this.#memory.usedBy(() => this.#judge.judge(input)));
    if (detail === undefined) return;
    const finding = { kind: 'memory', detail, inputHex: hexOf(input), foundLength: input.length } as const;
    this.#findings.set('memory', finding);
  }

  #report(): FuzzReport {
    return {
      executions: this.#executions,
      accepted: this.#accepted,
      corpus: this.#corpus.size,
      reached: this.#corpus.reached,
      places: this.#o.counters.size,
      findings: [...this.#findings.values()],
    };
  }
}

/** Runs one input alone and tells whether it was accepted or refused, or what was found. */
export async function replay(
  target: FuzzTarget<unknown>,
  input: Uint8Array,
): Promise<'accepted' | 'refused' | Finding> {
  const verdict = await withStack(() => new Judge(target).judge(input));
  return verdict.outcome === 'found' ? findingOf(verdict, input, input.length) : verdict.outcome;
}

/** Runs with stacks, which cost more than most decoders and are off while many inputs run. */
async function withStack<T>(run: () => T | Promise<T>): Promise<T> {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_LINES;
  try {
    return await run();
  } finally {
    Error.stackTraceLimit = before;
  }
}

/** What makes a finding the same as another: what was thrown, without its numbers and its quotations. */
function signatureOf(verdict: Verdict): string | undefined {
  if (verdict.outcome !== 'found') return undefined;
  return `${verdict.kind} ${String(verdict.error)}`.replaceAll(/"[^"]*"|'[^']*'|[0-9a-f]{6,}|\d+/gu, '#');
}

function findingOf(verdict: Verdict & { outcome: 'found' }, input: Uint8Array, foundLength: number): Finding {
  const { kind, error } = verdict;
  const detail = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  return { kind, detail, inputHex: hexOf(input), foundLength };
}

function hexOf(input: Uint8Array): string {
  return Buffer.from(input).toString('hex');
}
