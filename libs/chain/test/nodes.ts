import {
  startRegtest,
  type ChainName,
  type Regtest,
  type RegtestNode,
} from '@bitcoin-enterprise/tools/regtest';

import {
  BITCOIN_REGTEST,
  type BitcoinNode,
  type ChainParameters,
  connectBitcoin,
  type FundingWallet,
  LITECOIN_REGTEST,
  openNodeWallet,
} from '../src/index.ts';

export const CHAINS = ['bitcoin', 'litecoin'] as const;

export const PARAMETERS: Readonly<Record<ChainName, ChainParameters>> = {
  bitcoin: BITCOIN_REGTEST,
  litecoin: LITECOIN_REGTEST,
};

/** Real nodes, connected to, with a funded wallet each. */
export interface Nodes extends AsyncDisposable {
  readonly regtest: Regtest;
  service(chain: ChainName): RegtestNode;
  node(chain: ChainName): BitcoinNode;
  wallet(chain: ChainName): FundingWallet;
}

/** The wallet whose coins are those of a single block's segwit outputs, so that tests know what it holds. */
export const WALLET = 'party';

export async function startNodes(chains: readonly ChainName[] = CHAINS): Promise<Nodes> {
  const regtest = await startRegtest({ chains });
  const service = (chain: ChainName): RegtestNode =>
    chain === 'bitcoin' ? regtest.bitcoin : regtest.litecoin;
  const opened = new Map<ChainName, { node: BitcoinNode; wallet: FundingWallet }>();
  for (const chain of chains) {
    const { url, cookieFile } = service(chain);
    await regtest.createWallet(chain, WALLET);
    await regtest.fund(chain, WALLET, 1_000_000_000n, { outputs: 20 });
    const node = await connectBitcoin({ url, auth: { cookieFile }, parameters: PARAMETERS[chain] });
    opened.set(chain, { node, wallet: await openNodeWallet(node, WALLET) });
  }
  const on = (chain: ChainName): { node: BitcoinNode; wallet: FundingWallet } => {
    const found = opened.get(chain);
    if (found === undefined) throw new Error(`${chain} was not started`);
    return found;
  };
  return {
    regtest,
    service,
    node: (chain) => on(chain).node,
    wallet: (chain) => on(chain).wallet,
    [Symbol.asyncDispose]: () => regtest[Symbol.asyncDispose](),
  };
}
