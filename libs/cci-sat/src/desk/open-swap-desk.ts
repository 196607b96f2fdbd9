import { EventEmitter, on } from 'node:events';
import type { Log } from '@bitcoin-enterprise/audit';
import { type Keystore, toHex } from '@bitcoin-enterprise/crypto-core';
import { SwapError } from '../error.ts';
import { SwapJournal, swapIds } from '../journal/journal.ts';
import { replay } from '../swap/apply.ts';
import { DEFAULT_SWAP_POLICY, type SwapPolicy } from '../swap/policy.ts';
import { isEnded, type Phase, phaseOf, type SwapState } from '../swap/state.ts';
import { ownLeg } from '../swap/terms.ts';
import { answerProposal, type Approve } from './answer.ts';
import type { Chains } from './chain-access.ts';
import { type Counterparty, makeProposal, negotiate, proposalOf, type SwapRequest } from './propose.ts';
import { recordEvent } from './record-event.ts';
import type { RunContext } from './run-context.ts';
import type { Screen } from './screen.ts';
import type { SwapStep } from './step.ts';
import { identityKey } from './swap-keys.ts';
import { SwapRun } from './swap-run.ts';

/** What a desk is made of. Everything stays the caller's: closing the desk closes none of it. */
export interface SwapDeskOptions {
  readonly log: Log;
  readonly keys: Keystore;
  readonly chains: Chains;
  readonly policy?: SwapPolicy;
  /** Asked about every proposal of a counterparty that keeps the rules. Without it, none is accepted. */
  readonly approve?: Approve;
  /** Asked once a swap before anything is locked; only `clear` goes on. */
  readonly screen?: Screen;
  /** How long a counterparty that cannot be reached is asked again. Default 60,000 ms. */
  readonly patienceMs?: number;
  /** How often the chains are looked at. Default 1,000 ms. */
  readonly pollMs?: number;
  /** Told of every step of every swap, as it happens. */
  readonly observe?: (step: SwapStep) => void;
}

/** A swap of the log in one line; a proposal that came to nothing is `aborted`. */
export interface SwapSummary {
  readonly id: string;
  readonly phase: Phase;
}

/** Swaps with counterparties, each driven to its end, also through restarts of the desk. */
export interface SwapDesk extends AsyncDisposable {
  /** The BIP340 key that this desk signs its messages with, 32 bytes. */
  readonly identity: Uint8Array;
  /** Agrees on a swap with a counterparty, and drives it. */
  propose(request: SwapRequest): Promise<SwapRun>;
  /** Answers a counterparty's proposal with a signed message; what it accepts, it drives. */
  answer(message: Uint8Array): Promise<Uint8Array>;
  /** Every swap that {@link SwapDesk.answer} starts, from the call on. */
  accepted(signal?: AbortSignal): AsyncIterable<SwapRun>;
  /**
   * Goes on with every swap of the log that has not ended; call it once after opening. Inputs that the wallets hold
   * locked for nothing since a crash are freed. A proposal without answer is sent again to the counterparty
   * that `to` gives for its key (hex), or closed.
   */
  resume(to?: (identity: string) => Counterparty | undefined): Promise<readonly SwapRun[]>;
  /** Every swap of the log, in the order in which they began. */
  swaps(): Promise<readonly SwapSummary[]>;
  /** What the log says of a swap, undefined before its terms are agreed; refused with `swap-unknown`. */
  state(id: string): Promise<SwapState | undefined>;
  /** One file with everything that the log holds of a swap and the proofs; `verifyBundle` of the audit library checks it. */
  exportEvidence(id: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a desk over a log, a key store and the nodes and wallets of its chains. */
export function openSwapDesk(options: SwapDeskOptions): SwapDesk {
  return new Desk(options);
}

class Desk implements SwapDesk {
  readonly identity: Uint8Array;
  readonly #options: SwapDeskOptions;
  readonly #context: RunContext;
  readonly #runs = new Map<string, SwapRun>();
  readonly #started = new EventEmitter();
  #closed = false;

  constructor(options: SwapDeskOptions) {
    this.#options = options;
    this.#context = {
      keys: options.keys,
      chains: options.chains,
      policy: options.policy ?? DEFAULT_SWAP_POLICY,
      screen: options.screen,
      pollMs: options.pollMs ?? 1_000,
      patienceMs: options.patienceMs ?? 60_000,
      observe: options.observe ?? (() => undefined),
    };
    using key = identityKey(options.keys);
    this.identity = key.xOnlyPublicKey;
  }

  async propose(request: SwapRequest): Promise<SwapRun> {
    this.#open();
    const context = this.#context;
    const proposed = await makeProposal(context, request);
    const { id, paymentHash } = proposed.proposal;
    const journal = await this.#journal(id);
    const counterparty = toHex(request.to.identity);
    const event = { type: 'swap-proposed', message: proposed.message, counterparty } as const;
    await recordEvent(context.observe, id, event, async () => {
      await journal.begin(event, paymentHash);
      return 'proposed';
    });
    return this.#run(await negotiate(context, journal, proposed, request.to), journal);
  }

  async answer(message: Uint8Array): Promise<Uint8Array> {
    this.#open();
    const answer = await answerProposal(
      this.#context,
      this.#options.approve,
      (id) => this.#journal(id),
      message,
    );
    if (answer.started !== undefined) {
      const { state, journal } = answer.started;
      this.#started.emit('swap', this.#run(state, journal));
    }
    return answer.message;
  }

  async *accepted(signal?: AbortSignal): AsyncIterable<SwapRun> {
    try {
      for await (const [run] of on(this.#started, 'swap', signal && { signal })) yield run as SwapRun;
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  }

  async resume(to?: (identity: string) => Counterparty | undefined): Promise<readonly SwapRun[]> {
    this.#open();
    const known: { journal: SwapJournal; agreed: SwapState | undefined }[] = [];
    for (const id of await swapIds(this.#options.log)) {
      const journal = await this.#journal(id);
      known.push({ journal, agreed: replay(await journal.read()) });
    }
    if (this.#runs.size === 0) await this.#releaseForgottenInputs(known.map(({ agreed }) => agreed));
    const runs: SwapRun[] = [];
    for (const { journal, agreed } of known) {
      const state = agreed ?? (await this.#askAgain(journal, to));
      if (state !== undefined && !isEnded(state)) runs.push(this.#run(state, journal));
    }
    return runs;
  }

  async swaps(): Promise<readonly SwapSummary[]> {
    const summaries: SwapSummary[] = [];
    for (const id of await swapIds(this.#options.log)) {
      const events = await (await this.#journal(id)).read();
      const state = replay(events);
      const closed = events.some((event) => event.type === 'proposal-closed');
      const phase = state === undefined ? (closed ? 'aborted' : 'proposed') : phaseOf(state);
      summaries.push({ id, phase });
    }
    return summaries;
  }

  async state(id: string): Promise<SwapState | undefined> {
    const journal = await this.#journal(id);
    if (journal.version === 0) {
      throw new SwapError('swap-unknown', `The log holds no swap ${id}`, {
        value: id,
        limit: 'an id of this log',
      });
    }
    return replay(await journal.read());
  }

  async exportEvidence(id: string): Promise<Uint8Array> {
    await this.state(id);
    return await this.#options.log.exportBundle({ subject: `swap:${id}` }).bytes();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#runs.values()].map((run) => run.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A proposal that was journaled but not agreed when the process ended. */
  async #askAgain(
    journal: SwapJournal,
    to?: (identity: string) => Counterparty | undefined,
  ): Promise<SwapState | undefined> {
    const [first, ...rest] = await journal.read();
    const proposed = proposalOf(this.#context, first);
    if (proposed === undefined || rest.length > 0) return undefined;
    const counterparty = to?.(proposed.to);
    if (counterparty !== undefined) return negotiate(this.#context, journal, proposed, counterparty);
    await journal.append({ type: 'proposal-closed', reason: 'cancelled' });
    return undefined;
  }

  /** A crash between signing a lock and recording it leaves inputs locked in the wallet, for nothing. */
  async #releaseForgottenInputs(states: readonly (SwapState | undefined)[]): Promise<void> {
    const locks = states.flatMap((state) =>
      state?.lock === undefined || isEnded(state)
        ? []
        : [{ chain: ownLeg(state.terms, state.role).chain, rawTransaction: state.lock.rawTransaction }],
    );
    for (const { node, wallet } of Object.values(this.#options.chains)) {
      const kept = locks.filter(({ chain }) => chain === node.parameters.chain);
      await wallet.releaseAllBut(kept.map(({ rawTransaction }) => rawTransaction));
    }
  }

  /** @param journal that the state was read from, so that what is decided on it is refused when somebody else went on */
  #run(state: SwapState, journal: SwapJournal): SwapRun {
    const { id } = state.terms;
    const running = this.#runs.get(id);
    if (running !== undefined) return running;
    const run = new SwapRun(this.#context, journal, state);
    this.#runs.set(id, run);
    const forget = (): boolean => this.#runs.delete(id);
    run.finished.then(forget, forget);
    return run;
  }

  #journal(id: string): Promise<SwapJournal> {
    return SwapJournal.open(this.#options.log, id);
  }

  #open(): void {
    if (this.#closed) throw new SwapError('desk-closed', 'The desk is closed');
  }
}
