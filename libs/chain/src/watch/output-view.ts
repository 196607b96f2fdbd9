import type { ChainTip } from '../node/bitcoin-node.ts';

/** A transaction that spends a watched output. */
export interface SpendView {
  readonly txid: string;
  /** 0 in the mempool. */
  readonly confirmations: number;
  /** The witness of the input that spends the output. */
  readonly witness: readonly Uint8Array[];
  readonly blockHash?: string;
  readonly height?: number;
  readonly rawTransaction: Uint8Array;
}

/** An output that pays to the watched script. */
export interface FundingView {
  readonly txid: string;
  readonly vout: number;
  readonly amountSat: bigint;
  /** 0 in the mempool. */
  readonly confirmations: number;
  readonly blockHash?: string;
  readonly height?: number;
  readonly spend?: SpendView;
}

/** All that one chain says of one script, at one tip. */
export interface OutputView {
  readonly tip: ChainTip;
  /** In the order of the chain, those in the mempool last. */
  readonly fundings: readonly FundingView[];
  /**
   * Waiting transactions that this look did not come to read, because the mempool had grown by more than one look
   * reads. A payment among them shows in a later look; payments and spends in blocks are always complete.
   */
  readonly mempoolUnread: number;
}
