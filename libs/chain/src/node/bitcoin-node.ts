import type { ChainParameters } from '../network/chain-parameters.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { Outpoint } from '../transaction/transaction.ts';

/** The block that a node's best chain ends with. */
export interface ChainTip {
  readonly height: number;
  readonly hash: string;
  /** Median of the last eleven block times, seconds since 1970: what time locks are compared with (BIP113). */
  readonly medianTimePast: number;
  /** The block's own time, seconds since 1970. */
  readonly time: number;
}

/** What became of a broadcast. Refusal is a normal outcome: fees move and inputs get spent. */
export type BroadcastOutcome =
  | { readonly outcome: 'accepted' }
  /** The node has this transaction, in its mempool or in a block. */
  | { readonly outcome: 'already-known' }
  | { readonly outcome: 'refused'; readonly reason: string; readonly code: number };

/** A feerate and what it rests on. */
export interface FeerateEstimate {
  readonly feerateSatPerKvb: bigint;
  /** `floor` when the node has seen too little to estimate. */
  readonly source: 'estimate' | 'floor';
}

/** A transaction that a node knows. */
export interface KnownTransaction {
  readonly rawTransaction: Uint8Array;
  /** 0 in the mempool. */
  readonly confirmations: number;
  readonly blockHash?: string;
}

/** An output that nothing on the chain has spent. */
export interface UnspentOutput {
  readonly amountSat: bigint;
  readonly scriptPubKey: Uint8Array;
  readonly confirmations: number;
}

/** A full node of Bitcoin (Core, Knots) or Litecoin, reached over its RPC. No index and no wallet is needed. */
export interface BitcoinNode {
  readonly parameters: ChainParameters;
  /** How the node names itself, such as `/Satoshi:29.1.0/`. */
  readonly subversion: string;
  readonly rpc: RpcClient;
  tip(): Promise<ChainTip>;
  /** @throws ChainError `rpc-refused` (rpcCode -8) above the tip */
  blockHashAt(height: number): Promise<string>;
  /** A block in the form that the network relays. */
  block(hash: string): Promise<Uint8Array>;
  /** Hands a transaction to the node's mempool. May be repeated. */
  broadcast(rawTransaction: Uint8Array): Promise<BroadcastOutcome>;
  /** What to pay to be confirmed within `targetBlocks` (1 to 1008) blocks. */
  feerate(targetBlocks: number): Promise<FeerateEstimate>;
  /** From the mempool, or from the block that is named; undefined when it is not there. */
  transaction(txid: string, blockHash?: string): Promise<KnownTransaction | undefined>;
  /** undefined when it is spent, or never was; the mempool is not looked at. */
  unspentOutput(outpoint: Outpoint): Promise<UnspentOutput | undefined>;
  /** The ids of all transactions that wait for a block. */
  mempool(): Promise<readonly string[]>;
  /**
   * Which waiting transactions spend the given outputs, by their ids in the outputs' order.
   *
   * undefined when the node does not offer the question (Bitcoin Core before 24, Litecoin Core 0.21).
   */
  mempoolSpenders(outpoints: readonly Outpoint[]): Promise<readonly (string | undefined)[] | undefined>;
}
