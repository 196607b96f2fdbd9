import { ChainError } from '../error/chain-error.ts';
import { BITCOIN_MAINNET, BITCOIN_REGTEST, BITCOIN_SIGNET, BITCOIN_TESTNET4 } from './bitcoin.ts';
import type { ChainParameters } from './chain-parameters.ts';
import { LITECOIN_MAINNET, LITECOIN_REGTEST, LITECOIN_TESTNET } from './litecoin.ts';

const KNOWN: readonly ChainParameters[] = [
  BITCOIN_MAINNET,
  BITCOIN_TESTNET4,
  BITCOIN_SIGNET,
  BITCOIN_REGTEST,
  LITECOIN_MAINNET,
  LITECOIN_TESTNET,
  LITECOIN_REGTEST,
];

/**
 * The parameters of a network named in words, as a configuration or a counterparty's message names it.
 *
 * @throws ChainError `network-unknown`
 */
export function parametersFor(chain: string, network: string): ChainParameters {
  const found = KNOWN.find((parameters) => parameters.chain === chain && parameters.network === network);
  if (found === undefined) {
    const limit = KNOWN.map((parameters) => `${parameters.chain}/${parameters.network}`).join(', ');
    const value = `${chain}/${network}`;
    throw new ChainError('network-unknown', `no network ${value}; known are ${limit}`, { value, limit });
  }
  return found;
}

/** The known network that a genesis block belongs to, in words, for error messages. */
export function networkOfGenesis(genesisHash: string): string {
  const found = KNOWN.find((parameters) => parameters.genesisHash === genesisHash);
  return found === undefined
    ? `unknown network with genesis ${genesisHash}`
    : `${found.chain}/${found.network}`;
}
