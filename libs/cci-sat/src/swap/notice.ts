import { preimageFromWitness } from '@bitcoin-enterprise/chain';
import type { AlertCode, SwapEvent } from './event.ts';
import { inTimeToLock, showsSecret, sightingOf, type Situation } from './situation.ts';
import type { SwapState } from './state.ts';
import { peerLeg } from './terms.ts';

/** Our lock came into a block, moved to another one, or fell out. */
export function noticeOwnLock({ state, ownFunding }: Situation): SwapEvent | undefined {
  if (state.lock === undefined) return undefined;
  const sighting = sightingOf(ownFunding);
  if (sighting === undefined) return state.lockSighting && { type: 'own-lock-reorged' };
  return sighting.blockHash === state.lockSighting?.blockHash
    ? undefined
    : { type: 'own-lock-confirmed', sighting };
}

/** The peer's lock was seen, became final, or was undone by a reorganisation. Only the agreed amount counts. */
export function noticePeerLock({
  state,
  peer,
  peerFunding,
  peerConfirmations,
}: Situation): SwapEvent | undefined {
  const { peerLock } = state;
  const { amountSat } = peerLeg(state.terms, state.role);
  if (peerLock === undefined) {
    const agreed = peer.fundings.find((funding) => funding.amountSat === amountSat);
    if (agreed !== undefined) {
      return { type: 'peer-lock-seen', txid: agreed.txid, vout: agreed.vout, amountSat };
    }
    const [wrong] = peer.fundings;
    return (
      wrong &&
      alertOnce(
        state,
        'peer-lock-amount-wrong',
        `${wrong.amountSat} sat at ${wrong.txid}:${wrong.vout}`,
        `${amountSat} sat`,
      )
    );
  }
  if (peerFunding === undefined) {
    return { type: 'peer-lock-vanished', txid: peerLock.txid, vout: peerLock.vout };
  }
  const sighting = sightingOf(peerFunding);
  const final = sighting !== undefined && sighting.confirmations >= peerConfirmations;
  if (final && peerLock.final === undefined) return { type: 'peer-lock-final', sighting };
  if (!final && peerLock.final !== undefined) {
    return { type: 'peer-lock-reorged', confirmations: sighting?.confirmations ?? 0 };
  }
  return peer.fundings.length > 1
    ? alertOnce(state, 'peer-locked-twice', `${peer.fundings.length} outputs`, '1 output')
    : undefined;
}

/** The responder learns the secret from whatever spends its lock, in the mempool as well as in a block. */
export function noticeSecret({ state, ownFunding }: Situation): SwapEvent | undefined {
  const spend = ownFunding?.spend;
  if (state.role === 'initiator' || state.preimage !== undefined || spend === undefined) return undefined;
  const preimage = preimageFromWitness(spend.witness, state.terms.paymentHash);
  return preimage && { type: 'secret-learned', preimage, txid: spend.txid };
}

/** Only our key can spend the peer's lock with the secret; anything else that spends it is the peer's refund. */
export function noticeClaim(at: Situation): SwapEvent | undefined {
  const { state, peerFunding, peerConfirmations } = at;
  const spend = peerFunding?.spend;
  if (spend === undefined) return undefined;
  const sighting = sightingOf(spend);
  const final = sighting !== undefined && sighting.confirmations >= peerConfirmations ? sighting : undefined;
  if (!showsSecret(at, peerFunding)) {
    return final && !state.peerRefunded
      ? { type: 'peer-refunded', txid: spend.txid, sighting: final }
      : undefined;
  }
  if (!state.claimSeen) return { type: 'claim-seen', txid: spend.txid };
  return final && { type: 'claim-final', txid: spend.txid, sighting: final };
}

/** Only our key can spend our lock without the secret. */
export function noticeRefund(at: Situation): SwapEvent | undefined {
  const { ownFunding, ownConfirmations } = at;
  const spend = ownFunding?.spend;
  const sighting = sightingOf(spend);
  if (spend === undefined || sighting === undefined || sighting.confirmations < ownConfirmations)
    return undefined;
  return showsSecret(at, ownFunding) ? undefined : { type: 'refund-final', txid: spend.txid, sighting };
}

/** Our coins went to the peer, and the peer's went back to it. */
export function noticeLoss(at: Situation): SwapEvent | undefined {
  const { state, ownFunding, ownConfirmations } = at;
  const spend = ownFunding?.spend;
  const sighting = sightingOf(spend);
  if (spend === undefined || sighting === undefined || sighting.confirmations < ownConfirmations)
    return undefined;
  return state.peerRefunded ? { type: 'own-leg-lost', txid: spend.txid, sighting } : undefined;
}

/** Nothing is locked, and there is no time left to lock. */
export function noticeTooLateToLock(at: Situation): SwapEvent | undefined {
  return at.state.lock === undefined && !inTimeToLock(at)
    ? { type: 'aborted', reason: 'too-late-to-lock' }
    : undefined;
}

function alertOnce(state: SwapState, code: AlertCode, value: string, limit: string): SwapEvent | undefined {
  const known = state.alerts.some((alert) => alert.code === code && alert.value === value);
  return known ? undefined : { type: 'alert', code, value, limit };
}
