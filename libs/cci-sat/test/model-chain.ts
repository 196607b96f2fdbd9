import { createHash } from 'node:crypto';
import type { Funding, LegView } from '../src/swap/view.ts';

/** A transaction of the model: it funds the HTLC output, or spends one. */
export interface ModelTransaction {
  readonly txid: string;
  readonly kind: 'lock' | 'claim' | 'refund';
  readonly amountSat: bigint;
  /** The funding that a claim or a refund spends. */
  readonly spends?: string;
  readonly witness: readonly Uint8Array[];
  readonly feerateSatPerKvb: bigint;
  /** A refund is valid once the median-time-past is beyond it. */
  readonly lockTime?: number;
}

interface ModelBlock {
  readonly hash: string;
  readonly time: number;
  readonly transactions: readonly ModelTransaction[];
}

/**
 * A chain as far as the protocol can see it: blocks with times, a mempool with replacement by fee, one HTLC script.
 * It exists to drive the pure protocol through histories that no real node would produce in a test's time.
 */
export class ModelChain {
  readonly #spacing: number;
  readonly #seed: string;
  #blocks: ModelBlock[];
  #mempool: ModelTransaction[] = [];
  #forks = 0;

  constructor(seed: string, spacingSeconds: number, startTime: number) {
    this.#seed = seed;
    this.#spacing = spacingSeconds;
    this.#blocks = [];
    for (let height = 0; height < 12; height += 1) this.#push(startTime + (height - 11) * spacingSeconds, []);
  }

  get time(): number {
    return this.#blocks.at(-1)?.time ?? 0;
  }

  get medianTimePast(): number {
    const times = this.#blocks.slice(-11).map((block) => block.time);
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  }

  /** Mines what the mempool holds and what is valid then. */
  mine(): void {
    const included: ModelTransaction[] = [];
    for (const transaction of this.#mempool) if (this.#isValid(transaction)) included.push(transaction);
    this.#push(this.time + this.#spacing, included);
    this.#mempool = this.#mempool.filter(
      (transaction) => !included.includes(transaction) && this.#isPossible(transaction),
    );
  }

  /** Replaces the last `depth` blocks by empty ones and one more; their transactions wait again, or are dropped. */
  reorganise(depth: number, keep: boolean): void {
    const undone = this.#blocks.splice(this.#blocks.length - depth, depth);
    this.#forks += 1;
    for (const { time } of undone) this.#push(time, []);
    this.#push(this.time + this.#spacing, []);
    if (keep) this.#mempool = [...undone.flatMap((block) => block.transactions), ...this.#mempool];
  }

  evictMempool(): void {
    this.#mempool = [];
  }

  /** Takes a transaction as a node would: not twice, not invalid, and a conflict only for a higher feerate. */
  accept(transaction: ModelTransaction): boolean {
    const all = [...this.#confirmed(), ...this.#mempool];
    if (all.some(({ txid }) => txid === transaction.txid)) return true;
    if (!this.#isValid(transaction)) return false;
    const conflicts = this.#mempool.filter(
      ({ spends }) => spends !== undefined && spends === transaction.spends,
    );
    if (conflicts.some((other) => other.feerateSatPerKvb >= transaction.feerateSatPerKvb)) return false;
    this.#mempool = [...this.#mempool.filter((other) => !conflicts.includes(other)), transaction];
    return true;
  }

  /** How many outputs pay to the script in blocks and mempool. */
  get locks(): number {
    return [...this.#confirmed(), ...this.#mempool].filter(({ kind }) => kind === 'lock').length;
  }

  /** What spent the lock in a block, if anything. */
  get settledBy(): ModelTransaction['kind'] | undefined {
    return this.#confirmed().find(({ kind }) => kind !== 'lock')?.kind;
  }

  view(): LegView {
    const height = this.#blocks.length - 1;
    const fundings = [...this.#confirmed(), ...this.#mempool]
      .filter(({ kind }) => kind === 'lock')
      .map((lock): Funding => {
        const spend = [...this.#confirmed(), ...this.#mempool].find(({ spends }) => spends === lock.txid);
        return {
          txid: lock.txid,
          vout: 0,
          amountSat: lock.amountSat,
          ...this.#place(lock),
          ...(spend && {
            spend: {
              txid: spend.txid,
              witness: spend.witness,
              rawTransaction: new Uint8Array(),
              ...this.#place(spend),
            },
          }),
        };
      });
    const tip = this.#blocks.at(-1) ?? { hash: '', time: 0 };
    return {
      tip: { height, hash: tip.hash, medianTimePast: this.medianTimePast, time: tip.time },
      fundings,
      feerateSatPerKvb: 1_000n,
      mempoolUnread: 0,
    };
  }

  #confirmed(): readonly ModelTransaction[] {
    return this.#blocks.flatMap((block) => block.transactions);
  }

  #place(transaction: ModelTransaction): { confirmations: number; blockHash?: string; height?: number } {
    const height = this.#blocks.findIndex((block) => block.transactions.includes(transaction));
    const block = this.#blocks[height];
    return block === undefined
      ? { confirmations: 0 }
      : { confirmations: this.#blocks.length - height, blockHash: block.hash, height };
  }

  #isPossible(transaction: ModelTransaction): boolean {
    const confirmed = this.#confirmed();
    return (
      transaction.spends === undefined ||
      (confirmed.some(({ txid }) => txid === transaction.spends) &&
        !confirmed.some(({ spends }) => spends === transaction.spends))
    );
  }

  #isValid(transaction: ModelTransaction): boolean {
    return this.#isPossible(transaction) && (transaction.lockTime ?? 0) < this.medianTimePast;
  }

  #push(time: number, transactions: readonly ModelTransaction[]): void {
    const name = `${this.#seed}/${this.#blocks.length}/${this.#forks}`;
    this.#blocks.push({ hash: createHash('sha256').update(name).digest('hex'), time, transactions });
  }
}
