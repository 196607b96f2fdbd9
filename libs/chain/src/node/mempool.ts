import { ChainError, isChainError } from '../error/chain-error.ts';
import { asArray, asCount, asHash, asObject } from '../rpc/answer.ts';
import type { RpcClient } from '../rpc/client.ts';
import { outpointKey } from '../transaction/outpoint-key.ts';
import type { Outpoint } from '../transaction/transaction.ts';

/** `RPC_METHOD_NOT_FOUND`. */
const METHOD_NOT_FOUND = -32601;

/** The ids of all waiting transactions. */
export function mempoolIds(rpc: RpcClient): Promise<readonly string[]> {
  return rpc.call('getrawmempool', [], (answer) =>
    asArray(answer, 'the mempool').map((txid) => asHash(txid, 'a transaction id')),
  );
}

/** Which waiting transactions spend the given outputs; undefined where the node has no such call. */
export async function mempoolSpenders(
  rpc: RpcClient,
  outpoints: readonly Outpoint[],
): Promise<readonly (string | undefined)[] | undefined> {
  // The call refuses an empty list.
  if (outpoints.length === 0) return [];
  const asked = outpoints.map(({ txid, vout }) => ({ txid, vout }));
  try {
    return await rpc.call('gettxspendingprevout', [asked], (answer) => readSpenders(answer, outpoints));
  } catch (error) {
    if (isChainError(error) && error.rpcCode === METHOD_NOT_FOUND) return undefined;
    throw error;
  }
}

function readSpenders(answer: unknown, outpoints: readonly Outpoint[]): readonly (string | undefined)[] {
  const spenders = new Map<string, string | undefined>();
  for (const item of asArray(answer, 'the spenders')) {
    const { txid, vout, spendingtxid } = asObject(item, 'a spender');
    const spender = spendingtxid === undefined ? undefined : asHash(spendingtxid, 'spendingtxid');
    spenders.set(outpointKey({ txid: asHash(txid, 'txid'), vout: asCount(vout, 'vout') }), spender);
  }
  return outpoints.map((outpoint) => {
    const limit = outpointKey(outpoint);
    if (spenders.has(limit)) return spenders.get(limit);
    throw new ChainError('rpc-malformed', `the answer leaves out ${limit}`, { value: 'nothing', limit });
  });
}
