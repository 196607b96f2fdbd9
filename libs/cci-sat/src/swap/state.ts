import type {
  AbortReason,
  AlertCode,
  FromHeights,
  LockTransaction,
  Sighting,
  SpendTransaction,
} from './event.ts';
import type { Role, SwapTerms } from './terms.ts';

/** Where a swap stands, in the order of the initiator's path; the responder sees the peer's lock before its own. */
export type Phase =
  | 'proposed'
  | 'negotiated'
  | 'verified'
  | 'own-lock-intent'
  | 'own-locked'
  | 'peer-locked'
  | 'peer-final'
  | 'secret-exposed'
  | 'secret-learned'
  | 'claim-pending'
  | 'refund-pending'
  /** Ends: nothing more is done. */
  | 'claimed-final'
  | 'refunded-final'
  | 'aborted'
  | 'lost';

/** The peer's funding output that we are going to claim. */
export interface PeerLock {
  readonly txid: string;
  readonly vout: number;
  readonly amountSat: bigint;
  /** Set while it has the confirmations that the policy asks for. */
  readonly final?: Sighting;
}

/** All that the journal says of a swap on which both agreed. */
export interface SwapState {
  readonly role: Role;
  readonly terms: SwapTerms;
  readonly fromHeights: FromHeights;
  readonly verified: boolean;
  readonly lock?: LockTransaction;
  /** Set while our lock is in a block of the best chain. */
  readonly lockSighting?: Sighting;
  readonly peerLock?: PeerLock;
  /** One way: the secret left this machine, or may have. */
  readonly exposed: boolean;
  /** What the peer's claim showed to the responder; public from then on. */
  readonly preimage?: Uint8Array;
  readonly claims: readonly SpendTransaction[];
  readonly claimSeen: boolean;
  readonly refunds: readonly SpendTransaction[];
  readonly peerRefunded: boolean;
  readonly alerts: readonly { readonly code: AlertCode; readonly value: string }[];
  readonly end?: {
    readonly phase: 'claimed-final' | 'refunded-final' | 'aborted' | 'lost';
    readonly reason?: AbortReason;
  };
}

/** The phase follows from the facts; it is never stored beside them. */
export function phaseOf(state: SwapState): Phase {
  if (state.end !== undefined) return state.end.phase;
  if (state.claimSeen || (state.role === 'responder' && state.claims.length > 0)) return 'claim-pending';
  if (state.preimage !== undefined) return 'secret-learned';
  if (state.refunds.length > 0) return 'refund-pending';
  if (state.exposed) return 'secret-exposed';
  const own: Phase | undefined =
    state.lock === undefined
      ? undefined
      : state.lockSighting === undefined
        ? 'own-lock-intent'
        : 'own-locked';
  const peer: Phase | undefined =
    state.peerLock === undefined
      ? undefined
      : state.peerLock.final === undefined
        ? 'peer-locked'
        : 'peer-final';
  const phase = state.role === 'initiator' ? (peer ?? own) : (own ?? peer);
  return phase ?? (state.verified ? 'verified' : 'negotiated');
}

/** Whether nothing more is to be done, seen or waited for. */
export function isEnded(state: SwapState): boolean {
  return state.end !== undefined;
}
