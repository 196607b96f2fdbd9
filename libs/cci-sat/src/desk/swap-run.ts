import { isChainError } from '@bitcoin-enterprise/chain';
import { SwapError } from '../error.ts';
import type { SwapJournal } from '../journal/journal.ts';
import { apply } from '../swap/apply.ts';
import { decide } from '../swap/decide.ts';
import type { Duty } from '../swap/duties.ts';
import type { SwapEvent } from '../swap/event.ts';
import { isEnded, type Phase, phaseOf, type SwapState } from '../swap/state.ts';
import type { SwapView } from '../swap/view.ts';
import { SwapWatcher } from './chain-access.ts';
import { perform } from './perform.ts';
import { recordEvent } from './record-event.ts';
import type { RunContext } from './run-context.ts';
import type { SwapStep } from './step.ts';

/**
 * Drives one swap: look, decide, record, do, and again, until it has ended. It holds nothing that the journal does not
 * hold, so it can be killed between any two instructions and started again.
 */
export class SwapRun implements AsyncIterable<SwapStep> {
  readonly id: string;
  /** The last phase, once the swap has ended; fails if its journal cannot be written or the desk is closed first. */
  readonly finished: Promise<Phase>;
  readonly #context: RunContext;
  readonly #journal: SwapJournal;
  readonly #watcher: SwapWatcher;
  /** Ends the pause between two turns. */
  #nudge = new AbortController();
  #stopping = false;
  #cancelling = false;
  readonly #steps: SwapStep[] = [];
  #state: SwapState;
  #wake: PromiseWithResolvers<void> = Promise.withResolvers();
  #over = false;

  constructor(context: RunContext, journal: SwapJournal, state: SwapState) {
    this.id = state.terms.id;
    this.#context = context;
    this.#journal = journal;
    this.#state = state;
    this.#watcher = new SwapWatcher(context.chains, state.terms, state.fromHeights);
    this.finished = this.#drive();
    // Whoever does not ask for the outcome still gets it from `state`; a failure is theirs who ask.
    this.finished.catch(() => undefined);
  }

  get state(): SwapState {
    return this.#state;
  }

  get phase(): Phase {
    return phaseOf(this.#state);
  }

  /** All steps of this run from its start, then each as it happens; ends with the swap. */
  async *[Symbol.asyncIterator](): AsyncIterator<SwapStep> {
    for (let next = 0; ;) {
      const step = this.#steps[next];
      if (step !== undefined) {
        next += 1;
        yield step;
      } else if (this.#over) {
        await this.finished;
        return;
      } else {
        await this.#wake.promise;
      }
    }
  }

  /** Ends a swap in which nothing is locked yet. Refused with `swap-locked` once the lock may be on chain. */
  async cancel(): Promise<void> {
    this.#cancelling = true;
    this.#nudge.abort();
    while (this.#state.lock === undefined && !this.#over) await this.#wake.promise;
    if (this.#state.lock !== undefined) {
      throw new SwapError('swap-locked', `Swap ${this.id} has a lock; it ends by claim or refund`, {
        value: this.phase,
      });
    }
    await this.finished;
  }

  /** Stops driving; the swap stays in the journal for another run. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#nudge.abort();
    await this.finished.catch(() => undefined);
  }

  async #drive(): Promise<Phase> {
    try {
      // Whoever started the run gets it before its first step.
      await Promise.resolve();
      while (!isEnded(this.#state)) {
        if (this.#stopping) {
          throw new SwapError('desk-closed', `The desk was closed while swap ${this.id} was ${this.phase}`, {
            value: this.phase,
          });
        }
        await this.#turn();
      }
      return this.phase;
    } finally {
      this.#over = true;
      this.#wake.resolve();
    }
  }

  /** One turn: settle what the chains say, then do what is due. Failing nodes leave the swap where it is. */
  async #turn(): Promise<void> {
    if (this.#cancelling && this.#state.lock === undefined) {
      await this.#record({ type: 'aborted', reason: 'cancelled' });
      return;
    }
    try {
      const view = await this.#watcher.look();
      for (const duty of await this.#settle(view)) await this.#do(duty, view);
    } catch (error) {
      if (!isChainError(error)) throw error;
      this.#tell({ kind: 'trouble', swap: this.id, error });
    }
    if (isEnded(this.#state)) return;
    await pause(this.#context.pollMs, this.#nudge.signal);
    if (this.#nudge.signal.aborted) this.#nudge = new AbortController();
  }

  /** Writes everything that follows from a look, and tells what is to be done then. */
  async #settle(view: SwapView): Promise<readonly Duty[]> {
    for (;;) {
      const decision = decide(this.#state, view, this.#context.policy);
      if (decision.record === undefined) return decision.duties;
      await this.#record(decision.record);
    }
  }

  async #do(duty: Duty, view: SwapView): Promise<void> {
    const { events, published } = await perform(this.#context, this.#state, duty, view);
    for (const event of events) await this.#record(event);
    this.#tell({ kind: 'done', swap: this.id, duty: duty.duty, ...(published && { published }) });
    // What was signed is published in the same turn: a block may come at any moment.
    if (events.length > 0) {
      for (const next of await this.#settle(view))
        if (next.duty.startsWith('publish')) await this.#do(next, view);
    }
  }

  async #record(event: SwapEvent): Promise<void> {
    const next = apply(this.#state, event);
    if (next === undefined) throw new TypeError('a running swap has agreed terms');
    const tell = (step: SwapStep): void => {
      this.#tell(step);
    };
    await recordEvent(tell, this.id, event, async () => {
      await this.#journal.append(event);
      this.#state = next;
      return this.phase;
    });
  }

  #tell(step: SwapStep): void {
    this.#steps.push(step);
    this.#context.observe(step);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** Waits, or less if the signal says so. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
