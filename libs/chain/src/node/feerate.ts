import { asObject, asSat } from '../rpc/answer.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { FeerateEstimate } from './bitcoin-node.ts';

/** Without an estimate: twice what is relayed at all, so that a mempool that fills a little keeps the transaction. */
const FLOOR_FACTOR = 2n;

/**
 * What to pay to be confirmed within a number of blocks: the node's conservative estimate, never below what its
 * mempool takes at the moment.
 */
export async function feerate(rpc: RpcClient, targetBlocks: number): Promise<FeerateEstimate> {
  const [estimate, floor] = await Promise.all([
    rpc.call('estimatesmartfee', [targetBlocks, 'CONSERVATIVE'], readEstimate),
    rpc.call('getmempoolinfo', [], readFloor),
  ]);
  if (estimate === undefined) return { feerateSatPerKvb: floor * FLOOR_FACTOR, source: 'floor' };
  return { feerateSatPerKvb: larger(estimate, floor), source: 'estimate' };
}

function readEstimate(answer: unknown): bigint | undefined {
  const { feerate: coins } = asObject(answer, 'the estimate');
  return coins === undefined ? undefined : asSat(coins, 'feerate');
}

function readFloor(answer: unknown): bigint {
  const { mempoolminfee, minrelaytxfee } = asObject(answer, 'the mempool');
  return larger(asSat(mempoolminfee, 'mempoolminfee'), asSat(minrelaytxfee, 'minrelaytxfee'));
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
