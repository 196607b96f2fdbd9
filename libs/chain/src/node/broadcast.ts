import { isChainError } from '../error/chain-error.ts';
import type { RpcClient } from '../rpc/client.ts';
import { asHash } from '../rpc/answer.ts';
import type { BroadcastOutcome } from './bitcoin-node.ts';

// Source of the numbers: Bitcoin Core, src/rpc/protocol.h.
const DESERIALIZATION_ERROR = -22;
const VERIFY_ERROR = -25;
const VERIFY_REJECTED = -26;
const ALREADY_IN_UTXO_SET = -27;

const REFUSALS: ReadonlySet<number> = new Set([DESERIALIZATION_ERROR, VERIFY_ERROR, VERIFY_REJECTED]);

/**
 * Reject reasons of the mempool (`TxValidationState`) for a transaction that is there. The last one is for the same
 * transaction with another witness, such as a Schnorr signature made with fresh randomness: its id is the same.
 */
const IN_MEMPOOL: ReadonlySet<string> = new Set([
  'txn-already-in-mempool',
  'txn-already-known',
  'txn-same-nonwitness-data-in-mempool',
]);

/** 0 lifts the node's own ceiling of 0.1 coins a 1,000 vbytes: what a swap pays in time is bounded by who builds it. */
const NO_FEERATE_CEILING = 0;

/**
 * Hands a transaction to the mempool. Handing it over again, also once it is in a block, is `already-known`, except
 * where its outputs are spent already: nodes then only say that its inputs are missing.
 */
export async function broadcast(rpc: RpcClient, rawTransaction: Uint8Array): Promise<BroadcastOutcome> {
  const hex = Buffer.from(rawTransaction).toString('hex');
  try {
    await rpc.call('sendrawtransaction', [hex, NO_FEERATE_CEILING], (answer) =>
      asHash(answer, 'the transaction id'),
    );
    return { outcome: 'accepted' };
  } catch (error) {
    if (!isChainError(error) || error.code !== 'rpc-refused' || error.rpcCode === undefined) throw error;
    const reason = error.value ?? error.message;
    if (error.rpcCode === ALREADY_IN_UTXO_SET || IN_MEMPOOL.has(reason)) return { outcome: 'already-known' };
    if (REFUSALS.has(error.rpcCode)) return { outcome: 'refused', reason, code: error.rpcCode };
    throw error;
  }
}
