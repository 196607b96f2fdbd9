import type { RuleCheck } from './rules.ts';
import type { Role, SwapTerms } from './terms.ts';

/** A block in which something was seen. */
export interface Sighting {
  readonly blockHash: string;
  readonly height: number;
  readonly confirmations: number;
}

/** A height on each leg's chain. */
export interface FromHeights {
  readonly firstLeg: number;
  readonly secondLeg: number;
}

/** Our funding transaction, ready to be broadcast any number of times. */
export interface LockTransaction {
  readonly txid: string;
  readonly vout: number;
  readonly feeSat: bigint;
  readonly rawTransaction: Uint8Array;
}

/**
 * A claim or a refund, ready to be broadcast any number of times. It is sealed under the party's key store, because a
 * claim carries the secret from the moment it is written until the moment it is broadcast.
 */
export interface SpendTransaction {
  readonly txid: string;
  readonly feeSat: bigint;
  readonly feerateSatPerKvb: bigint;
  readonly sealedTransaction: Uint8Array;
  /** The chain's height when it was built: after a few blocks without confirmation it is replaced. */
  readonly builtAtHeight: number;
}

/** Why a swap ends before anything is locked. */
export type AbortReason = 'cancelled' | 'terms-refused' | 'too-late-to-lock';

/** What an operator should look at, though the swap goes on. */
export type AlertCode = 'peer-lock-amount-wrong' | 'peer-locked-twice' | 'transaction-refused';

/**
 * The journal of a swap. What is decided is written before it is done; what is seen on a chain is written before
 * anything follows from it. An event is a fact that never changes: what a reorganisation undoes, another event undoes.
 */
export type SwapEvent =
  /** Initiator only: a proposal was made. The signed message is evidence of what was asked. */
  | { readonly type: 'swap-proposed'; readonly message: Uint8Array; readonly counterparty: string }
  /** Initiator only: the proposal came to nothing; `reason` is the counterparty's code, or `cancelled`. */
  | { readonly type: 'proposal-closed'; readonly reason: string }
  /** Both parties are bound to these terms; both signed messages are kept. */
  | {
      readonly type: 'terms-agreed';
      readonly role: Role;
      readonly terms: SwapTerms;
      readonly proposal: Uint8Array;
      readonly acceptance: Uint8Array;
      /** Where to look from: no lock of this swap is in a block below. */
      readonly fromHeights: FromHeights;
    }
  /** Every rule that holds before locking was checked, with the figures it was checked on. */
  | { readonly type: 'terms-verified'; readonly checks: readonly RuleCheck[] }
  /** A rule did not hold, or the screening function did not clear the swap: it ends here. */
  | { readonly type: 'terms-refused'; readonly checks: readonly RuleCheck[] }
  | { readonly type: 'lock-intended'; readonly lock: LockTransaction }
  | { readonly type: 'own-lock-confirmed'; readonly sighting: Sighting }
  | { readonly type: 'own-lock-reorged' }
  | {
      readonly type: 'peer-lock-seen';
      readonly txid: string;
      readonly vout: number;
      readonly amountSat: bigint;
    }
  | { readonly type: 'peer-lock-vanished'; readonly txid: string; readonly vout: number }
  | { readonly type: 'peer-lock-final'; readonly sighting: Sighting }
  | { readonly type: 'peer-lock-reorged'; readonly confirmations: number }
  /** Initiator only, one way: from here on the secret counts as public, whether or not the claim was broadcast. */
  | { readonly type: 'secret-exposed'; readonly claim: SpendTransaction }
  /** Responder only: the peer's claim showed the secret. */
  | { readonly type: 'secret-learned'; readonly preimage: Uint8Array; readonly txid: string }
  /** A claim; a later one replaces the one before and pays more. */
  | { readonly type: 'claim-intended'; readonly claim: SpendTransaction }
  | { readonly type: 'claim-seen'; readonly txid: string }
  | { readonly type: 'claim-final'; readonly txid: string; readonly sighting: Sighting }
  | { readonly type: 'refund-intended'; readonly refund: SpendTransaction }
  | { readonly type: 'refund-final'; readonly txid: string; readonly sighting: Sighting }
  /** The peer took its own coins back after the time lock. */
  | { readonly type: 'peer-refunded'; readonly txid: string; readonly sighting: Sighting }
  /** Own coins were claimed by the peer while the peer's went back: what the margins exist to prevent. */
  | { readonly type: 'own-leg-lost'; readonly txid: string; readonly sighting: Sighting }
  | { readonly type: 'aborted'; readonly reason: AbortReason }
  | { readonly type: 'alert'; readonly code: AlertCode; readonly value: string; readonly limit: string };
