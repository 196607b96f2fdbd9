import { preimageFromWitness } from '@bitcoin-enterprise/chain';
import { marginsFor } from '../timelock/margins.ts';
import type { Sighting } from './event.ts';
import type { SwapPolicy } from './policy.ts';
import type { SwapState } from './state.ts';
import { ownLeg, peerLeg } from './terms.ts';
import { type Funding, type FundingSpend, type LegView, legViews, type SwapView } from './view.ts';

/** A party's own perspective on both legs. */
export interface Situation {
  readonly state: SwapState;
  readonly policy: SwapPolicy;
  readonly view: SwapView;
  /** The leg we locked, or are going to lock. */
  readonly own: LegView;
  readonly ownFunding: Funding | undefined;
  readonly ownConfirmations: number;
  /** The leg we are going to claim. */
  readonly peer: LegView;
  readonly peerFunding: Funding | undefined;
  readonly peerConfirmations: number;
}

export function situation(state: SwapState, view: SwapView, policy: SwapPolicy): Situation {
  const { own, peer } = legViews(state.role, view);
  const find = (
    leg: LegView,
    lock: { readonly txid: string; readonly vout: number } | undefined,
  ): Funding | undefined =>
    leg.fundings.find((funding) => funding.txid === lock?.txid && funding.vout === lock.vout);
  return {
    state,
    policy,
    view,
    own,
    ownFunding: find(own, state.lock),
    ownConfirmations: policy.chains[ownLeg(state.terms, state.role).chain].confirmations,
    peer,
    peerFunding: find(peer, state.peerLock),
    peerConfirmations: policy.chains[peerLeg(state.terms, state.role).chain].confirmations,
  };
}

/** The secret leaves this machine only while the claim can confirm before the peer's refund becomes valid. */
export function mayReveal({ state, view, policy }: Situation): boolean {
  const { firstLeg, secondLeg } = state.terms;
  const { revealSeconds } = marginsFor(firstLeg, secondLeg, policy);
  return (
    state.role === 'initiator' &&
    state.lockSighting !== undefined &&
    state.peerLock?.final !== undefined &&
    view.secondLeg.tip.medianTimePast + revealSeconds <= secondLeg.refundLockTime
  );
}

/** Own coins are locked only while there is time left for all that follows. */
export function inTimeToLock({ state, view, policy }: Situation): boolean {
  const { firstLeg, secondLeg } = state.terms;
  const margins = marginsFor(firstLeg, secondLeg, policy);
  const needed = state.role === 'initiator' ? margins.secondLockSeconds : margins.responderLockSeconds;
  return view.secondLeg.tip.medianTimePast + needed <= secondLeg.refundLockTime;
}

/** Not spent, or only by something that is not in a block yet. */
export function isOpen(funding: Funding): boolean {
  return funding.spend === undefined || funding.spend.confirmations === 0;
}

/** Whether an output was spent with the secret of this swap. */
export function showsSecret({ state }: Situation, funding: Funding | undefined): boolean {
  const witness = funding?.spend?.witness;
  return witness !== undefined && preimageFromWitness(witness, state.terms.paymentHash) !== undefined;
}

/** The block that something is in; undefined for the mempool and for what is not there. */
export function sightingOf(seen: Funding | FundingSpend | undefined): Sighting | undefined {
  if (seen?.blockHash === undefined || seen.height === undefined || seen.confirmations < 1) return undefined;
  return { blockHash: seen.blockHash, height: seen.height, confirmations: seen.confirmations };
}
