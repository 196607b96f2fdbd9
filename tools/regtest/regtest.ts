import { startBitcoind, startLitecoind } from '../services/services.ts';
import { RegtestChain, type ChainName, type MineOptions, type Reorg } from './regtest-chain.ts';

export {
  MINER_WALLET,
  TARGET_SPACING_SECONDS,
  type ChainName,
  type MineOptions,
  type Reorg,
} from './regtest-chain.ts';

/** 2026-01-01T00:00:00Z: where the chains' time begins unless told otherwise, so that every run is alike. */
export const START_TIME = 1_767_225_600;

/** One chain's node, as a program under test connects to it. */
export type RegtestNode = Pick<RegtestChain, 'chain' | 'service' | 'url' | 'cookieFile' | 'rpc'>;

/**
 * Real nodes on regtest, with time and blocks under control. Each chain starts at height 110 with 500 mature
 * coins in the wallet `miner`.
 *
 * Litecoin activates MWEB on regtest at height 432, and blocks and wallets differ from there on: a run that
 * mines less than 320 blocks stays below.
 */
export class Regtest implements AsyncDisposable {
  readonly #chains: ReadonlyMap<ChainName, RegtestChain>;

  constructor(chains: readonly RegtestChain[]) {
    this.#chains = new Map(chains.map((chain) => [chain.chain, chain]));
  }

  get bitcoin(): RegtestNode {
    return this.#on('bitcoin');
  }

  get litecoin(): RegtestNode {
    return this.#on('litecoin');
  }

  /** Mines blocks of what is in the mempool (or empty ones); gives their hashes, oldest first. */
  mine(chain: ChainName, blocks: number, o?: MineOptions): Promise<string[]> {
    return this.#on(chain).mine(blocks, o);
  }

  /** Sets a node's clock without mining. */
  setTime(chain: ChainName, unixSeconds: number): Promise<void> {
    return this.#on(chain).setTime(unixSeconds);
  }

  /** Median time past of a chain's tip (BIP113), in unix seconds. */
  medianTime(chain: ChainName): Promise<number> {
    return this.#on(chain).medianTime();
  }

  /** Mines six blocks at most, after which median time past is at least `unixSeconds`. */
  advanceMedianTime(
    chain: ChainName,
    unixSeconds: number,
    o?: Pick<MineOptions, 'empty'>,
  ): Promise<string[]> {
    return this.#on(chain).advanceMedianTime(unixSeconds, o);
  }

  createWallet(chain: ChainName, name: string): Promise<void> {
    return this.#on(chain).createWallet(name);
  }

  /** Pays a wallet from the miner's, in as many outputs as wished, confirmed in a block of its own; gives the txid. */
  fund(chain: ChainName, walletName: string, amountSat: bigint, o?: { outputs?: number }): Promise<string> {
    return this.#on(chain).fund(walletName, amountSat, o);
  }

  /** Replaces the last `depth` blocks by `depth + 1` others, that confirm what is in the mempool or are empty. */
  reorg(chain: ChainName, depth: number, o: { keepTransactions: boolean }): Promise<Reorg> {
    return this.#on(chain).reorg(depth, o);
  }

  /** Txids that wait for a block. */
  mempool(chain: ChainName): Promise<string[]> {
    return this.#on(chain).mempool();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#chains.values()].map(({ service }) => service.stop()));
  }

  #on(chain: ChainName): RegtestChain {
    const found = this.#chains.get(chain);
    if (found === undefined) throw new RangeError(`${chain} is not among the chains that were started`);
    return found;
  }
}

/** Starts the nodes side by side; `await using` stops them. Whatever ends this process ends them too. */
export async function startRegtest(
  o: { chains?: readonly ChainName[]; startTime?: number } = {},
): Promise<Regtest> {
  const startTime = o.startTime ?? START_TIME;
  const chains = o.chains ?? ['bitcoin', 'litecoin'];
  const started = await Promise.allSettled(chains.map((chain) => startChain(chain, startTime)));
  const regtest = new Regtest(started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return regtest;
  await regtest[Symbol.asyncDispose]();
  throw failed.reason;
}

async function startChain(chain: ChainName, startTime: number): Promise<RegtestChain> {
  const start = chain === 'bitcoin' ? startBitcoind : startLitecoind;
  // Set at the start and not by a call: a wallet overlooks blocks that are older than itself.
  const service = await start({ extraArguments: [`-mocktime=${startTime}`] });
  try {
    return await RegtestChain.open(chain, service, startTime);
  } catch (error) {
    await service.kill();
    throw error;
  }
}
