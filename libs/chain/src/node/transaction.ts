import { isChainError } from '../error/chain-error.ts';
import { asBytes, asCount, asHash, asObject, asSat } from '../rpc/answer.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { Outpoint } from '../transaction/transaction.ts';
import type { KnownTransaction, UnspentOutput } from './bitcoin-node.ts';

/** `RPC_INVALID_ADDRESS_OR_KEY`: also what nodes answer for a transaction or block that they do not know. */
const NOT_FOUND = -5;

/** A transaction of the mempool, or of the block that is named; undefined when it is not there. */
export async function knownTransaction(
  rpc: RpcClient,
  txid: string,
  blockHash?: string,
): Promise<KnownTransaction | undefined> {
  const parameters = blockHash === undefined ? [txid, true] : [txid, true, blockHash];
  try {
    return await rpc.call('getrawtransaction', parameters, readTransaction);
  } catch (error) {
    if (isChainError(error) && error.rpcCode === NOT_FOUND) return undefined;
    throw error;
  }
}

function readTransaction(answer: unknown): KnownTransaction {
  const { hex, confirmations, blockhash } = asObject(answer, 'the transaction');
  const known = {
    rawTransaction: asBytes(hex, 'hex'),
    confirmations: confirmations === undefined ? 0 : asCount(confirmations, 'confirmations'),
  };
  return blockhash === undefined ? known : { ...known, blockHash: asHash(blockhash, 'blockhash') };
}

/** An unspent output of the chain; the mempool is not looked at. */
export function unspentOutput(rpc: RpcClient, { txid, vout }: Outpoint): Promise<UnspentOutput | undefined> {
  return rpc.call('gettxout', [txid, vout, false], (answer) => {
    if (answer === null) return undefined;
    const { value, scriptPubKey, confirmations } = asObject(answer, 'the output');
    return {
      amountSat: asSat(value, 'value'),
      scriptPubKey: asBytes(asObject(scriptPubKey, 'scriptPubKey').hex, 'hex'),
      confirmations: asCount(confirmations, 'confirmations'),
    };
  });
}
