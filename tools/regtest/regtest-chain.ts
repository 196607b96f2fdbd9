import { callRpc } from '../services/json-rpc.ts';
import type { RunningNode } from '../services/services.ts';

export type ChainName = 'bitcoin' | 'litecoin';

/** The wallet that all blocks are mined to, and that funds come from. */
export const MINER_WALLET = 'miner';

/** Mean seconds between blocks on the main network, by which `mine` moves the clock unless told otherwise. */
export const TARGET_SPACING_SECONDS: Readonly<Record<ChainName, number>> = { bitcoin: 600, litecoin: 150 };

/** Coinbase outputs of heights 1 to 10 are mature: 500 coins. */
const FIRST_BLOCKS = 110;
/** Of the last eleven block times the median is the sixth: that many blocks carry it over any target. */
const MEDIAN_BLOCKS = 6;

export interface MineOptions {
  /** How far the node's clock moves before each block; the main network's spacing by default. */
  readonly timeStepSeconds?: number;
  /** Leaves the mempool as it is: the blocks hold a coinbase alone. */
  readonly empty?: boolean;
}

export interface Reorg {
  /** Hashes of the blocks that left the best chain, oldest first. */
  readonly disconnected: readonly string[];
  /** Hashes of the blocks that took their place, oldest first: one more. */
  readonly connected: readonly string[];
  /** Transactions of the disconnected blocks, without coinbases. */
  readonly txids: readonly string[];
}

/**
 * One regtest chain whose time stands still until it is moved: block times, and with them median time past,
 * are what the caller asks for, whatever the wall clock says. What changes the chain runs one after the other.
 */
export class RegtestChain {
  readonly chain: ChainName;
  readonly service: RunningNode;
  readonly url: string;
  readonly cookieFile: string;
  #clock: number;
  #address = '';
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(chain: ChainName, service: RunningNode, startTime: number) {
    this.chain = chain;
    this.service = service;
    this.url = service.url;
    this.cookieFile = service.cookieFile;
    this.#clock = startTime;
  }

  /** Takes over a node that was started with its clock at `startTime`: makes the miner's wallet and mines to it. */
  static async open(chain: ChainName, service: RunningNode, startTime: number): Promise<RegtestChain> {
    const opened = new RegtestChain(chain, service, startTime);
    await opened.createWallet(MINER_WALLET);
    opened.#address = (await opened.rpc('getnewaddress', [], MINER_WALLET)) as string;
    await opened.rpc('generatetoaddress', [FIRST_BLOCKS, opened.#address]);
    return opened;
  }

  /** One JSON-RPC call, to a wallet of the node where one is named. */
  rpc(method: string, params: readonly unknown[] = [], wallet?: string): Promise<unknown> {
    return callRpc(this.service, method, params, wallet);
  }

  async createWallet(name: string): Promise<void> {
    await this.rpc('createwallet', [name]);
  }

  mempool(): Promise<string[]> {
    return this.rpc('getrawmempool') as Promise<string[]>;
  }

  /** Median time past of the tip (BIP113), in unix seconds. */
  async medianTime(): Promise<number> {
    return ((await this.rpc('getblockchaininfo')) as { mediantime: number }).mediantime;
  }

  /** Sets the node's clock without mining; the next block's time follows it. */
  setTime(unixSeconds: number): Promise<void> {
    return this.#serially(() => this.#setClock(unixSeconds));
  }

  /** Mines blocks; gives their hashes, oldest first. */
  mine(blocks: number, o: MineOptions = {}): Promise<string[]> {
    return this.#serially(() => this.#mine(blocks, o));
  }

  /** Mines until median time past is at least `unixSeconds`: six blocks at most; gives their hashes. */
  advanceMedianTime(unixSeconds: number, o: Pick<MineOptions, 'empty'> = {}): Promise<string[]> {
    return this.#serially(async () => {
      if ((await this.medianTime()) >= unixSeconds) return [];
      const hashes = await this.#mineOne(Math.max(unixSeconds, (await this.#tipTime()) + 1), o.empty);
      while (hashes.length < MEDIAN_BLOCKS && (await this.medianTime()) < unixSeconds) {
        hashes.push(...(await this.#mineOne(this.#clock + 1, o.empty)));
      }
      return hashes;
    });
  }

  /**
   * Pays `amountSat` to a wallet from the miner's, split over `outputs` outputs of new addresses (equal but for
   * the remainder, which the first gets), and confirms that transaction, and no other but its ancestors, in one
   * block. Gives its txid.
   */
  fund(walletName: string, amountSat: bigint, o: { outputs?: number } = {}): Promise<string> {
    return this.#serially(async () => {
      const outputs = BigInt(o.outputs ?? 1);
      const amounts: Record<string, string> = {};
      for (let index = 0n; index < outputs; index++) {
        const address = (await this.rpc('getnewaddress', [], walletName)) as string;
        amounts[address] = decimalCoins(amountSat / outputs + (index === 0n ? amountSat % outputs : 0n));
      }
      const txid = (await this.rpc('sendmany', ['', amounts], MINER_WALLET)) as string;
      const ancestors = (await this.rpc('getmempoolancestors', [txid, true])) as Record<
        string,
        { ancestorcount: number }
      >;
      const parentsFirst = Object.entries(ancestors).sort(
        ([, a], [, b]) => a.ancestorcount - b.ancestorcount,
      );
      await this.#setClock((await this.#latestTime()) + TARGET_SPACING_SECONDS[this.chain]);
      await this.rpc('generateblock', [this.#address, [...parentsFirst.map(([parent]) => parent), txid]]);
      return txid;
    });
  }

  /**
   * Replaces the last `depth` blocks by `depth + 1` others, whose times follow the old tip's at one second each.
   * The transactions of the replaced blocks go back to the mempool (those that are still valid); with
   * `keepTransactions` the new branch confirms what is in the mempool, without it its blocks are empty.
   */
  reorg(depth: number, o: { keepTransactions: boolean }): Promise<Reorg> {
    return this.#serially(async () => {
      const height = (await this.rpc('getblockcount')) as number;
      if (!Number.isInteger(depth) || depth < 1 || depth > height) {
        throw new RangeError(
          `a reorg of ${depth} blocks at height ${height}: 1 to ${height} can be replaced`,
        );
      }
      const disconnected: string[] = [];
      const transactions: { txid: string; hex: string }[] = [];
      for (let at = height - depth + 1; at <= height; at++) {
        const hash = (await this.rpc('getblockhash', [at])) as string;
        disconnected.push(hash);
        transactions.push(
          ...((await this.rpc('getblock', [hash, 2])) as { tx: typeof transactions }).tx.slice(1),
        );
      }
      const time = await this.#latestTime();
      await this.rpc('invalidateblock', [disconnected[0]]);
      await this.#setClock(time);
      // Past ten blocks a node puts nothing back by itself; a spend of a lost coinbase cannot come back.
      for (const { hex } of transactions) await this.rpc('sendrawtransaction', [hex]).catch(() => undefined);
      const connected = await this.#mine(depth + 1, { timeStepSeconds: 1, empty: !o.keepTransactions });
      // The old branch stays known, with less work, as on a real network.
      await this.rpc('reconsiderblock', [disconnected[0]]);
      return { disconnected, connected, txids: transactions.map(({ txid }) => txid) };
    });
  }

  async #mine(blocks: number, o: MineOptions): Promise<string[]> {
    const step = o.timeStepSeconds ?? TARGET_SPACING_SECONDS[this.chain];
    const hashes: string[] = [];
    let time = await this.#latestTime();
    for (let block = 0; block < blocks; block++)
      hashes.push(...(await this.#mineOne((time += step), o.empty)));
    return hashes;
  }

  async #mineOne(time: number, empty = false): Promise<string[]> {
    await this.#setClock(time);
    if (!empty) return (await this.rpc('generatetoaddress', [1, this.#address])) as string[];
    return [((await this.rpc('generateblock', [this.#address, []])) as { hash: string }).hash];
  }

  async #setClock(unixSeconds: number): Promise<void> {
    await this.rpc('setmocktime', [unixSeconds]);
    this.#clock = unixSeconds;
  }

  async #latestTime(): Promise<number> {
    return Math.max(this.#clock, await this.#tipTime());
  }

  async #tipTime(): Promise<number> {
    const tip = (await this.rpc('getbestblockhash')) as string;
    return ((await this.rpc('getblockheader', [tip])) as { time: number }).time;
  }

  #serially<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(act);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** An amount as the nodes' RPC takes it: coins with eight decimals, exact. */
function decimalCoins(amountSat: bigint): string {
  return `${amountSat / 100_000_000n}.${String(amountSat % 100_000_000n).padStart(8, '0')}`;
}
