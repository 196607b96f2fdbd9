import { parametersFor } from '@bitcoin-enterprise/chain';
import type { SpendTransaction } from './event.ts';
import type { SwapPolicy } from './policy.ts';
import { inTimeToLock, isOpen, mayReveal, showsSecret, sightingOf, type Situation } from './situation.ts';
import { type Leg, ownLeg, peerLeg } from './terms.ts';
import type { Funding, LegView } from './view.ts';

/** Something to be done in the world. Each may be done twice: what is published is the same transaction again. */
export type Duty =
  | { readonly duty: 'verify-terms' }
  | { readonly duty: 'sign-lock' }
  | { readonly duty: 'sign-claim'; readonly feerateSatPerKvb: bigint }
  | { readonly duty: 'sign-refund'; readonly feerateSatPerKvb: bigint }
  | { readonly duty: 'publish-lock' }
  | { readonly duty: 'publish-claim' }
  | { readonly duty: 'publish-refund' };

/** The initiator locks first; the responder once the peer's lock is final. Never twice, and never too late. */
export function lockDuty(at: Situation): readonly Duty[] {
  const { state, ownFunding, peerFunding } = at;
  if (state.lock === undefined) {
    const peerLocked = state.peerLock?.final !== undefined && peerFunding?.spend === undefined;
    const turn = state.role === 'initiator' || peerLocked;
    return turn ? [{ duty: 'sign-lock' }] : [];
  }
  return ownFunding === undefined && inTimeToLock(at) ? [{ duty: 'publish-lock' }] : [];
}

/** Claims the peer's lock: the initiator exposes the secret by it, the responder uses the secret that it learned. */
export function claimDuty(at: Situation): readonly Duty[] {
  const { state, peer, peerFunding, policy } = at;
  if (peerFunding === undefined) return [];
  // Exposed or learned: claim at any height while unspent. Not exposed: only inside the margin.
  if (!state.exposed && state.preimage === undefined && !mayReveal(at)) return [];
  const feerate = nextFeerate(
    state.claims.at(-1),
    peer,
    peerFunding,
    policy,
    peerLeg(state.terms, state.role),
  );
  if (feerate !== undefined) return [{ duty: 'sign-claim', feerateSatPerKvb: feerate }];
  return isOpen(peerFunding) && !showsSecret(at, peerFunding) ? [{ duty: 'publish-claim' }] : [];
}

/** Takes our lock back once its time has come, while the peer has not claimed it. */
export function refundDuty(at: Situation): readonly Duty[] {
  const { state, own, ownFunding, policy } = at;
  const leg = ownLeg(state.terms, state.role);
  // BIP113: a lock time is reached when the median-time-past of the tip is beyond it.
  if (ownFunding === undefined || own.tip.medianTimePast <= leg.refundLockTime) return [];
  if (sightingOf(ownFunding) === undefined || showsSecret(at, ownFunding)) return [];
  const feerate = nextFeerate(state.refunds.at(-1), own, ownFunding, policy, leg);
  if (feerate !== undefined) return [{ duty: 'sign-refund', feerateSatPerKvb: feerate }];
  return ownFunding.spend === undefined ? [{ duty: 'publish-refund' }] : [];
}

/** The feerate of the transaction to build now; undefined while the last one may still confirm as it is. */
function nextFeerate(
  last: SpendTransaction | undefined,
  view: LegView,
  funding: Funding,
  policy: SwapPolicy,
  leg: Leg,
): bigint | undefined {
  if (!isOpen(funding)) return undefined;
  const worst = policy.chains[leg.chain].worstFeerateSatPerKvb;
  const { takesReplacements } = parametersFor(leg.chain, leg.network);
  if (last === undefined) {
    // Where nodes keep the first transaction that they see, it has to be good enough for a fuller mempool too.
    return smaller(takesReplacements ? view.feerateSatPerKvb : 2n * view.feerateSatPerKvb, worst);
  }
  const waited = view.tip.height - last.builtAtHeight >= policy.bumpAfterBlocks;
  const stuck = takesReplacements || funding.spend === undefined;
  if (!waited || !stuck || last.feerateSatPerKvb >= worst) return undefined;
  // BIP125 wants a higher rate and a higher fee by the relay minimum: half as much again satisfies both.
  const bumped = (last.feerateSatPerKvb * 3n + 1n) / 2n;
  return smaller(bumped > view.feerateSatPerKvb ? bumped : view.feerateSatPerKvb, worst);
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
