import type { BlockHeight, UnixSeconds } from '../locktime/lock-time.ts';

/** What a hash time-locked contract says, agreed by both parties. */
export interface HtlcTerms {
  readonly script: 'p2wsh' | 'p2tr';
  /** SHA-256 of the 32-byte preimage. */
  readonly paymentHash: Uint8Array;
  /** Who may claim with the preimage: 33 bytes compressed for P2WSH, 32 bytes x-only (BIP340) for P2TR. */
  readonly claimPublicKey: Uint8Array;
  /** Who may take the money back after the lock time: of the same form. */
  readonly refundPublicKey: Uint8Array;
  /** From when on a refund confirms: absolute, by median time past or by height (BIP65). */
  readonly refundLockTime: UnixSeconds | BlockHeight;
}

/** A contract on P2WSH: one script with two branches. */
export interface P2wshHtlc extends HtlcTerms {
  readonly script: 'p2wsh';
  readonly scriptPubKey: Uint8Array;
  readonly witnessScript: Uint8Array;
}

/** One leaf of a Taproot script tree and what a spend of it reveals. */
export interface HtlcLeaf {
  readonly script: Uint8Array;
  /** BIP341's `TapLeaf` hash. */
  readonly leafHash: Uint8Array;
  /** Leaf version, output parity, internal key and Merkle path (BIP341). */
  readonly controlBlock: Uint8Array;
}

/** A contract on P2TR: two leaves, and a key path that nobody can sign for. */
export interface P2trHtlc extends HtlcTerms {
  readonly script: 'p2tr';
  readonly scriptPubKey: Uint8Array;
  readonly claimLeaf: HtlcLeaf;
  readonly refundLeaf: HtlcLeaf;
}

/** A contract with its scripts, ready to be funded and spent. */
export type Htlc = P2wshHtlc | P2trHtlc;
