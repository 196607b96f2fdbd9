import { createHash } from 'node:crypto';
import { apply, replay } from '../src/swap/apply.ts';
import { decide } from '../src/swap/decide.ts';
import type { Duty } from '../src/swap/duties.ts';
import type { SpendTransaction, SwapEvent } from '../src/swap/event.ts';
import type { SwapPolicy } from '../src/swap/policy.ts';
import { isEnded, phaseOf, type Phase, type SwapState } from '../src/swap/state.ts';
import { ownLeg, peerLeg, type Role, type SwapTerms } from '../src/swap/terms.ts';
import type { SwapView } from '../src/swap/view.ts';
import type { ModelChain, ModelTransaction } from './model-chain.ts';

/** Stops a turn where a process would be killed. */
class Killed extends Error {}

/** A party of the model: it runs the real protocol on a journal in memory, and can be killed at any step of it. */
export class ModelParty {
  readonly role: Role;
  readonly events: SwapEvent[] = [];
  readonly #policy: SwapPolicy;
  readonly #preimage: Uint8Array;
  readonly #own: ModelChain;
  readonly #peer: ModelChain;
  readonly #chains: { readonly firstLeg: ModelChain; readonly secondLeg: ModelChain };
  /** Changes what this party locks, to play a cheat. */
  readonly #lockAmountSat: bigint;
  #signed = 0;
  #stepsToLive = Infinity;

  constructor(o: {
    readonly role: Role;
    readonly terms: SwapTerms;
    readonly policy: SwapPolicy;
    readonly preimage: Uint8Array;
    readonly chains: { readonly firstLeg: ModelChain; readonly secondLeg: ModelChain };
    readonly lockAmountSat?: bigint;
  }) {
    this.role = o.role;
    this.#policy = o.policy;
    this.#preimage = o.preimage;
    this.#chains = o.chains;
    [this.#own, this.#peer] =
      o.role === 'initiator'
        ? [o.chains.firstLeg, o.chains.secondLeg]
        : [o.chains.secondLeg, o.chains.firstLeg];
    this.#lockAmountSat = o.lockAmountSat ?? ownLeg(o.terms, o.role).amountSat;
    const none = new Uint8Array();
    this.events.push({
      type: 'terms-agreed',
      role: o.role,
      terms: o.terms,
      proposal: none,
      acceptance: none,
      fromHeights: { firstLeg: 0, secondLeg: 0 },
    });
  }

  /** What the journal says, replayed every time: nothing else survives a crash. */
  get state(): SwapState {
    const state = replay(this.events);
    if (state === undefined) throw new Error('the journal begins with agreed terms');
    return state;
  }

  get phase(): Phase {
    return phaseOf(this.state);
  }

  /** One turn as the desk makes it; the process dies after `steps` journal entries and broadcasts. */
  turn(steps = Infinity): void {
    this.#stepsToLive = steps;
    try {
      const view: SwapView = {
        firstLeg: this.#chains.firstLeg.view(),
        secondLeg: this.#chains.secondLeg.view(),
      };
      for (const duty of this.#settle(view)) this.#do(duty, view);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  #settle(view: SwapView): readonly Duty[] {
    for (let decisions = 0; decisions < 50; decisions += 1) {
      const decision = decide(this.state, view, this.#policy);
      if (decision.record === undefined) return decision.duties;
      this.#record(decision.record);
    }
    throw new Error(`the protocol does not settle in ${this.phase}`);
  }

  #do(duty: Duty, view: SwapView): void {
    const { state } = this;
    if (isEnded(state)) throw new Error(`${duty.duty} after the end`);
    switch (duty.duty) {
      case 'verify-terms':
        this.#record({ type: 'terms-verified', checks: [] });
        return;
      case 'sign-lock':
        this.#record({
          type: 'lock-intended',
          lock: { txid: this.#txid('lock'), vout: 0, feeSat: 0n, rawTransaction: new Uint8Array() },
        });
        this.#publish(view);
        return;
      case 'sign-claim': {
        const claim = this.#spend('claim', duty.feerateSatPerKvb, this.#peer);
        this.#record({
          type: this.role === 'initiator' && !state.exposed ? 'secret-exposed' : 'claim-intended',
          claim,
        });
        this.#publish(view);
        return;
      }
      case 'sign-refund':
        this.#record({
          type: 'refund-intended',
          refund: this.#spend('refund', duty.feerateSatPerKvb, this.#own),
        });
        this.#publish(view);
        return;
      case 'publish-lock':
        this.#broadcast(this.#own, {
          txid: state.lock?.txid ?? '',
          kind: 'lock',
          amountSat: this.#lockAmountSat,
          witness: [],
          feerateSatPerKvb: 1_000n,
        });
        return;
      case 'publish-claim':
        this.#broadcast(this.#peer, {
          ...this.#transaction(state.claims.at(-1), state.peerLock?.txid),
          kind: 'claim',
          amountSat: peerLeg(state.terms, this.role).amountSat,
          witness: [
            new Uint8Array(64),
            this.role === 'initiator' ? this.#preimage : (state.preimage ?? new Uint8Array()),
          ],
        });
        return;
      case 'publish-refund':
        this.#broadcast(this.#own, {
          ...this.#transaction(state.refunds.at(-1), state.lock?.txid),
          kind: 'refund',
          amountSat: ownLeg(state.terms, this.role).amountSat,
          witness: [new Uint8Array(64)],
          lockTime: ownLeg(state.terms, this.role).refundLockTime,
        });
    }
  }

  /** What was signed goes out in the same turn. */
  #publish(view: SwapView): void {
    for (const next of this.#settle(view)) if (next.duty.startsWith('publish')) this.#do(next, view);
  }

  #broadcast(chain: ModelChain, transaction: ModelTransaction): void {
    this.#live();
    chain.accept(transaction);
  }

  #record(event: SwapEvent): void {
    this.#live();
    // The journal is checked as it is written: an event that cannot follow throws here.
    apply(this.state, event);
    this.events.push(event);
  }

  #live(): void {
    if (this.#stepsToLive <= 0) throw new Killed();
    this.#stepsToLive -= 1;
  }

  #spend(kind: string, feerateSatPerKvb: bigint, chain: ModelChain): SpendTransaction {
    return {
      txid: this.#txid(kind),
      feeSat: 0n,
      feerateSatPerKvb,
      sealedTransaction: new Uint8Array(),
      builtAtHeight: chain.view().tip.height,
    };
  }

  #transaction(
    spend: SpendTransaction | undefined,
    spends: string | undefined,
  ): Pick<ModelTransaction, 'txid' | 'feerateSatPerKvb' | 'spends'> {
    if (spend === undefined || spends === undefined) throw new Error('nothing was signed');
    return { txid: spend.txid, feerateSatPerKvb: spend.feerateSatPerKvb, spends };
  }

  #txid(kind: string): string {
    this.#signed += 1;
    return createHash('sha256').update(`${this.role}/${kind}/${this.#signed}`).digest('hex');
  }
}
