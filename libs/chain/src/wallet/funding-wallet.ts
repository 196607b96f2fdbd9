import type { SignedTransaction } from '../transaction/transaction.ts';

export interface FundingRequest {
  /** What the payment is locked to. */
  readonly scriptPubKey: Uint8Array;
  readonly amountSat: bigint;
  readonly feerateSatPerKvb: bigint;
  /**
   * More than this is never paid. Default: twice what the feerate asks for, and 10,000 sat for change too small to
   * keep.
   */
  readonly maxFeeSat?: bigint;
}

/** A signed transaction and which of its outputs is the one that was asked for. */
export type FundingTransaction = SignedTransaction & { readonly vout: number };

/** The wallet of a node, as far as locking funds needs it. */
export interface FundingWallet {
  /** A fresh segwit address. */
  newAddress(): Promise<string>;
  /** What can be spent, without unconfirmed payments by others. */
  balanceSat(): Promise<bigint>;
  /**
   * Builds and signs a payment, and does not broadcast it. Its inputs stay locked in the node until it is broadcast,
   * released, or the node restarts.
   *
   * @throws ChainError `funds-insufficient`, `wallet-locked`, `funding-malleable` (an input without witness: its id
   *   could change), `funding-unconfirmed`, `funding-altered`, `fee-above-maximum`, `output-below-dust`
   */
  fund(request: FundingRequest): Promise<FundingTransaction>;
  /** Frees the inputs of a funding transaction that will not be broadcast. May be repeated. */
  release(rawTransaction: Uint8Array): Promise<void>;
  /**
   * Frees every input that is locked in the wallet, except those of the given transactions: after a crash, those that
   * were locked for a funding that nobody came to record. The wallet must be the caller's alone.
   */
  releaseAllBut(rawTransactions: readonly Uint8Array[]): Promise<void>;
}
