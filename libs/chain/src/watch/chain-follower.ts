import { type BlockLink, readBlockLink, readBlockTransactions } from '../block/block.ts';
import { ChainError, isChainError } from '../error/chain-error.ts';
import type { BitcoinNode, ChainTip } from '../node/bitcoin-node.ts';
import { outpointKey } from '../transaction/outpoint-key.ts';
import { mayConcern, type MatchedOutput, type MatchedSpend, outputsTo, spendsOf } from './script-matches.ts';

/** A block that was looked through. */
export interface FollowedBlock {
  readonly height: number;
  readonly hash: string;
}

/** A payment in a block. */
export interface ConfirmedOutput extends MatchedOutput {
  readonly block: FollowedBlock;
}

/** A spend in a block. */
export interface ConfirmedSpend extends MatchedSpend {
  readonly block: FollowedBlock;
}

/** How many blocks are remembered to find a fork by. A deeper reorganisation starts over from the first block. */
const REMEMBERED_BLOCKS = 2_016;
/** `RPC_INVALID_PARAMETER`: no block at that height. */
const NO_SUCH_HEIGHT = -8;

/**
 * Follows a node's best chain for payments to one script and their spends. What it knows always describes the blocks
 * up to its own top, so an error in between loses nothing: the next call goes on from there.
 */
export class ChainFollower {
  readonly outputs: Map<string, ConfirmedOutput> = new Map<string, ConfirmedOutput>();
  readonly spends: Map<string, ConfirmedSpend> = new Map<string, ConfirmedSpend>();
  readonly #node: BitcoinNode;
  readonly #scriptPubKey: Uint8Array;
  readonly #fromHeight: number;
  #blocks: FollowedBlock[] = [];

  constructor(node: BitcoinNode, scriptPubKey: Uint8Array, fromHeight: number) {
    this.#node = node;
    this.#scriptPubKey = scriptPubKey;
    this.#fromHeight = fromHeight;
  }

  /** Unwinds what is no longer in the chain and looks through what is new. False when the chain moved meanwhile. */
  async follow(tip: ChainTip): Promise<boolean> {
    await this.#unwind(tip);
    for (let height = this.#next(); height <= tip.height; height += 1) {
      const hash = await this.#hashAt(height);
      if (hash === undefined || !(await this.#lookThrough({ height, hash }))) return false;
    }
    const top = this.#blocks.at(-1);
    return top === undefined || top.hash === tip.hash;
  }

  /** The payments in blocks that no block spends. */
  unspent(): readonly ConfirmedOutput[] {
    return [...this.outputs.values()].filter((output) => !this.spends.has(outpointKey(output)));
  }

  #next(): number {
    const top = this.#blocks.at(-1);
    return top === undefined ? this.#fromHeight : top.height + 1;
  }

  async #unwind(tip: ChainTip): Promise<void> {
    let top = this.#blocks.at(-1);
    while (top !== undefined && top.hash !== tip.hash) {
      if (top.height <= tip.height && (await this.#hashAt(top.height)) === top.hash) return;
      this.#blocks.pop();
      this.#forget(top.height);
      top = this.#blocks.at(-1);
    }
    if (top === undefined) this.#forget(0);
  }

  /** Everything from a height on. */
  #forget(height: number): void {
    for (const [key, { block }] of this.outputs) if (block.height >= height) this.outputs.delete(key);
    for (const [key, { block }] of this.spends) if (block.height >= height) this.spends.delete(key);
  }

  async #lookThrough(block: FollowedBlock): Promise<boolean> {
    const raw = await this.#node.block(block.hash);
    const link = readBlockLink(raw);
    checkHash(link, block);
    const top = this.#blocks.at(-1);
    if (top !== undefined && link.previousHash !== top.hash) return false;
    if (mayConcern(raw, this.#scriptPubKey, this.outputs.values())) this.#collect(raw, block);
    this.#blocks.push(block);
    if (this.#blocks.length > REMEMBERED_BLOCKS) this.#blocks.shift();
    return true;
  }

  #collect(raw: Uint8Array, block: FollowedBlock): void {
    for (const { txid, transaction, rawTransaction } of readBlockTransactions(raw, this.#node.parameters)) {
      for (const output of outputsTo(this.#scriptPubKey, txid, transaction)) {
        this.outputs.set(outpointKey(output), { ...output, block });
      }
      // A block may hold a payment and its spend; the payment stands first.
      for (const spend of spendsOf((key) => this.outputs.has(key), txid, transaction, rawTransaction)) {
        this.spends.set(outpointKey(spend.outpoint), { ...spend, block });
      }
    }
  }

  async #hashAt(height: number): Promise<string | undefined> {
    try {
      return await this.#node.blockHashAt(height);
    } catch (error) {
      if (isChainError(error) && error.rpcCode === NO_SUCH_HEIGHT) return undefined;
      throw error;
    }
  }
}

function checkHash({ hash }: BlockLink, asked: FollowedBlock): void {
  if (hash === asked.hash) return;
  throw new ChainError('block-malformed', `the node gave block ${hash} for ${asked.hash}`, {
    value: hash,
    limit: asked.hash,
  });
}
