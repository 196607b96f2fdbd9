import { ChainError } from '../error/chain-error.ts';
import type { BitcoinNode } from '../node/bitcoin-node.ts';
import { asArray, asBytes, asHash, asObject } from '../rpc/answer.ts';
import { parseTransaction } from '../transaction/parse.ts';
import { withoutWitness } from '../transaction/serialise.ts';
import { parseMerkleBlock } from './merkle-block.ts';
import { checkInclusion, type TransactionInclusion } from './transaction-inclusion.ts';

/**
 * Has a node prove that a transaction is in a block, and checks the proof. It needs no index.
 *
 * @throws ChainError `rpc-refused` when the transaction is not in that block, `merkle-proof-malformed` when the node's
 *   proof does not hold, and what `RpcClient.call` throws
 */
export async function proveInclusion(
  node: BitcoinNode,
  txid: string,
  blockHash: string,
): Promise<TransactionInclusion> {
  const coinbaseId = await node.rpc.call('getblock', [blockHash, 1], (answer) =>
    asHash(asArray(asObject(answer, 'the block').tx, 'tx')[0], 'the first transaction'),
  );
  const wanted = [...new Set([coinbaseId, txid])];
  const block = await node.rpc.call('gettxoutproof', [wanted, blockHash], (answer) =>
    parseMerkleBlock(asBytes(answer, 'the proof')),
  );
  const pathOf = (id: string): TransactionInclusion['path'] => {
    const found = block.matches.find((match) => match.txid === id);
    if (found !== undefined && block.header.hash === blockHash) return found.path;
    throw missing(`a proof without ${id} in ${blockHash}`, 'a proof of both');
  };
  const rawOf = async (id: string): Promise<Uint8Array> => {
    const found = await node.transaction(id, blockHash);
    if (found === undefined) throw missing(`no transaction ${id} in ${blockHash}`, 'the transaction');
    return withoutWitness(parseTransaction(found.rawTransaction));
  };
  const inclusion = {
    rawTransaction: await rawOf(txid),
    path: pathOf(txid),
    coinbase: await rawOf(coinbaseId),
    coinbasePath: pathOf(coinbaseId),
  };
  checkInclusion(block.header.merkleRoot, inclusion);
  return inclusion;
}

function missing(value: string, limit: string): ChainError {
  return new ChainError('merkle-proof-malformed', `the node gave ${value}, where ${limit} is wanted`, {
    value,
    limit,
  });
}
