import { SwapError } from '../error.ts';
import type { SwapEvent } from './event.ts';
import { isEnded, type SwapState } from './state.ts';

/**
 * The state after an event. Pure: a restart replays the journal through it and stands where it stood.
 * An event that cannot follow the state is refused with `event-out-of-order`: a journal never holds one.
 */
export function apply(state: SwapState | undefined, event: SwapEvent): SwapState | undefined {
  if (event.type === 'swap-proposed' || event.type === 'proposal-closed') {
    return state === undefined ? undefined : outOfOrder(event, state);
  }
  if (event.type === 'terms-agreed') return state === undefined ? agreed(event) : outOfOrder(event, state);
  return state === undefined || isEnded(state) ? outOfOrder(event, state) : follow(state, event);
}

/** The state that a whole journal gives; undefined while nothing was agreed. */
export function replay(events: Iterable<SwapEvent>): SwapState | undefined {
  let state: SwapState | undefined;
  for (const event of events) state = apply(state, event);
  return state;
}

type LaterEvent = Exclude<SwapEvent, { readonly type: 'swap-proposed' | 'proposal-closed' | 'terms-agreed' }>;

function agreed({
  role,
  terms,
  fromHeights,
}: Extract<SwapEvent, { readonly type: 'terms-agreed' }>): SwapState {
  return {
    role,
    terms,
    fromHeights,
    verified: false,
    exposed: false,
    claims: [],
    claimSeen: false,
    refunds: [],
    peerRefunded: false,
    alerts: [],
  };
}

function follow(state: SwapState, event: LaterEvent): SwapState {
  switch (event.type) {
    case 'terms-verified':
      return { ...state, verified: true };
    case 'terms-refused':
      return state.lock === undefined
        ? { ...state, end: { phase: 'aborted', reason: 'terms-refused' } }
        : outOfOrder(event, state);
    case 'lock-intended':
      // A second lock would be a second payment: no journal may hold one.
      return state.verified && state.lock === undefined
        ? { ...state, lock: event.lock }
        : outOfOrder(event, state);
    case 'own-lock-confirmed':
      return state.lock === undefined ? outOfOrder(event, state) : { ...state, lockSighting: event.sighting };
    case 'own-lock-reorged':
      return without(state, 'lockSighting');
    case 'peer-lock-seen':
      return { ...state, peerLock: { txid: event.txid, vout: event.vout, amountSat: event.amountSat } };
    case 'peer-lock-vanished':
      // What was built spends an output that is not there; a new lock gets a new claim.
      return { ...without(state, 'peerLock'), claims: [], claimSeen: false };
    case 'peer-lock-final':
      return state.peerLock === undefined
        ? outOfOrder(event, state)
        : { ...state, peerLock: { ...state.peerLock, final: event.sighting } };
    case 'peer-lock-reorged':
      return state.peerLock === undefined
        ? outOfOrder(event, state)
        : {
            ...state,
            peerLock: {
              txid: state.peerLock.txid,
              vout: state.peerLock.vout,
              amountSat: state.peerLock.amountSat,
            },
          };
    case 'secret-exposed':
      return state.role === 'initiator' && state.peerLock?.final !== undefined
        ? { ...state, exposed: true, claims: [...state.claims, event.claim] }
        : outOfOrder(event, state);
    case 'secret-learned':
      return state.role === 'responder' ? { ...state, preimage: event.preimage } : outOfOrder(event, state);
    case 'claim-intended':
      return state.exposed || state.preimage !== undefined
        ? { ...state, claims: [...state.claims, event.claim] }
        : outOfOrder(event, state);
    case 'claim-seen':
      return { ...state, claimSeen: true };
    case 'claim-final':
      return { ...state, claimSeen: true, end: { phase: 'claimed-final' } };
    case 'refund-intended':
      return state.lock === undefined
        ? outOfOrder(event, state)
        : { ...state, refunds: [...state.refunds, event.refund] };
    case 'refund-final':
      return { ...state, end: { phase: 'refunded-final' } };
    case 'peer-refunded':
      return { ...state, peerRefunded: true };
    case 'own-leg-lost':
      return { ...state, end: { phase: 'lost' } };
    case 'aborted':
      // Once a lock may be on chain there is no way out but claim or refund.
      return state.lock === undefined
        ? { ...state, end: { phase: 'aborted', reason: event.reason } }
        : outOfOrder(event, state);
    case 'alert':
      return { ...state, alerts: [...state.alerts, { code: event.code, value: event.value }] };
  }
}

function without(state: SwapState, fact: 'lockSighting' | 'peerLock'): SwapState {
  const { [fact]: undone, ...rest } = state;
  return undone === undefined ? state : rest;
}

function outOfOrder(event: SwapEvent, state: SwapState | undefined): never {
  const where =
    state === undefined
      ? 'before any terms were agreed'
      : state.end === undefined
        ? 'in this state'
        : 'after the end';
  throw new SwapError('event-out-of-order', `${event.type} cannot follow ${where}`, {
    value: event.type,
    limit: where,
  });
}
