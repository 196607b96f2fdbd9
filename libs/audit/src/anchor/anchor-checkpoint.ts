import type { BitcoinNode, FundingWallet } from '@bitcoin-enterprise/chain';
import { LogError } from '../log-error.ts';
import { anchorScript, statementOf } from './anchor-commitment.ts';

export interface AnchorRequest {
  readonly node: BitcoinNode;
  /** Pays the fee. */
  readonly wallet: FundingWallet;
  /** A signed checkpoint of a log. */
  readonly checkpoint: string;
  /** In how many blocks it should be confirmed; 6 when absent. Without effect beside `feerateSatPerKvb`. */
  readonly targetBlocks?: number;
  readonly feerateSatPerKvb?: bigint;
  /** More than this is never paid; see `FundingRequest` of the chain library. */
  readonly maxFeeSat?: bigint;
}

/** A transaction that commits to a checkpoint. */
export interface AnchorTransaction {
  readonly txid: string;
  /** BIP144 serialisation: to be broadcast again should the node forget it. */
  readonly rawTransaction: Uint8Array;
  readonly feeSat: bigint;
}

const DEFAULT_TARGET_BLOCKS = 6;

/**
 * Commits to a checkpoint in a Bitcoin transaction: one output of no value that holds the commitment, and change. It is
 * broadcast, and not waited for: see `followAnchor`. Every call pays for a transaction of its own.
 *
 * @throws LogError `note-malformed`, `anchor-refused` when the node does not take the transaction; ChainError what
 * `FundingWallet.fund` and `RpcClient.call` throw
 */
export async function anchorCheckpoint(request: AnchorRequest): Promise<AnchorTransaction> {
  const { node, wallet, checkpoint, targetBlocks = DEFAULT_TARGET_BLOCKS, maxFeeSat } = request;
  const scriptPubKey = anchorScript(statementOf(checkpoint));
  const feerateSatPerKvb = request.feerateSatPerKvb ?? (await node.feerate(targetBlocks)).feerateSatPerKvb;
  const funding = await wallet.fund({
    scriptPubKey,
    amountSat: 0n,
    feerateSatPerKvb,
    ...(maxFeeSat === undefined ? {} : { maxFeeSat }),
  });
  const { rawTransaction, txid, feeSat } = funding;
  // A call that fails in between may have been heard: only a refusal frees the inputs.
  const told = await node.broadcast(rawTransaction);
  if (told.outcome !== 'refused') return { txid, rawTransaction, feeSat };
  await wallet.release(rawTransaction);
  throw new LogError('anchor-refused', `the node refused the anchoring transaction: ${told.reason}`, {
    value: told.reason,
  });
}
