import { ChainError } from '../error/chain-error.ts';
import type { ChainParameters } from '../network/chain-parameters.ts';
import { networkOfGenesis } from '../network/parameters-for.ts';
import { asBytes, asHash, asObject, asText } from '../rpc/answer.ts';
import type { RpcAuth } from '../rpc/auth.ts';
import { createRpcClient, type RpcClient } from '../rpc/client.ts';
import type { BitcoinNode } from './bitcoin-node.ts';
import { broadcast } from './broadcast.ts';
import { feerate } from './feerate.ts';
import { mempoolIds, mempoolSpenders } from './mempool.ts';
import { tip } from './tip.ts';
import { knownTransaction, unspentOutput } from './transaction.ts';

export interface ConnectOptions {
  /** Such as `http://127.0.0.1:8332`; without user and password. */
  readonly url: string;
  readonly auth: RpcAuth;
  /** The network that the node must be on. */
  readonly parameters: ChainParameters;
  /** How long a call may take. Default 30,000. */
  readonly timeoutMs?: number;
}

/**
 * Connects to a node of Bitcoin Core, Knots or Litecoin Core and makes sure that it is on the network it should be on.
 *
 * @throws ChainError `wrong-network`, and what `RpcClient.call` throws
 * @example
 * const node = await connectBitcoin({
 *   url: 'http://127.0.0.1:18443',
 *   auth: { cookieFile: '/var/lib/bitcoind/regtest/.cookie' },
 *   parameters: BITCOIN_REGTEST,
 * });
 * const { height, medianTimePast } = await node.tip();
 */
export async function connectBitcoin(options: ConnectOptions): Promise<BitcoinNode> {
  const { parameters, ...clientOptions } = options;
  const rpc = createRpcClient(clientOptions);
  await checkNetwork(rpc, parameters);
  const subversion = await rpc.call('getnetworkinfo', [], (answer) =>
    asText(asObject(answer, 'the network').subversion, 'subversion'),
  );
  return {
    parameters,
    subversion,
    rpc,
    tip: () => tip(rpc),
    blockHashAt: (height) => blockHashAt(rpc, height),
    block: (hash) => rpc.call('getblock', [hash, 0], (answer) => asBytes(answer, 'the block')),
    broadcast: (rawTransaction) => broadcast(rpc, rawTransaction),
    feerate: (targetBlocks) => feerate(rpc, targetBlocks),
    transaction: (txid, blockHash) => knownTransaction(rpc, txid, blockHash),
    unspentOutput: (outpoint) => unspentOutput(rpc, outpoint),
    mempool: () => mempoolIds(rpc),
    mempoolSpenders: (outpoints) => mempoolSpenders(rpc, outpoints),
  };
}

async function checkNetwork(rpc: RpcClient, { chain, network, genesisHash }: ChainParameters): Promise<void> {
  const found = await blockHashAt(rpc, 0);
  if (found === genesisHash) return;
  const value = networkOfGenesis(found);
  const limit = `${chain}/${network}`;
  throw new ChainError('wrong-network', `the node at ${rpc.url} is on ${value}, not on ${limit}`, {
    value,
    limit,
  });
}

function blockHashAt(rpc: RpcClient, height: number): Promise<string> {
  return rpc.call('getblockhash', [height], (answer) => asHash(answer, `the hash of block ${height}`));
}
