import { txidBytes } from '../transaction/hash-text.ts';
import { type BlockHeader, parseBlockHeader } from './block-header.ts';
import { checkHeader, MEDIAN_TIME_SPAN, medianOf } from './check-header.ts';
import { type BatchHeader, notConnected, readHeaderBatch, workOfHeaders } from './header-batch.ts';
import {
  type HeaderCheckpoint,
  incompleteCheckpoint,
  readCheckpointHeaders,
  type TrustedHeaders,
} from './header-checkpoint.ts';
import type { HeaderRules } from './header-rules.ts';
import { HeaderStore } from './header-store.ts';
import type { TimeAndBits } from './next-bits.ts';

/** The end of a chain of headers. */
export interface HeaderTip {
  readonly height: number;
  readonly hash: string;
  /** Of all headers from the checkpoint on, the checkpoint's own left out: hashes that they took on average. */
  readonly work: bigint;
}

/** What became of a batch of headers. Every header of it is valid; only the work decides which chain is the best. */
export type AcceptOutcome =
  | { readonly outcome: 'extended'; readonly added: number }
  /** The batch is of another branch with more work, which is the chain now. */
  | { readonly outcome: 'reorganised'; readonly removed: number; readonly added: number }
  /** The batch is of another branch that has no more work. It is not kept: give it again, whole, when it has grown. */
  | { readonly outcome: 'less-work' }
  | { readonly outcome: 'already-known' };

export interface AcceptOptions {
  /** The clock, in seconds since 1970: headers more than two hours ahead are refused. Without it none is. */
  readonly now?: number;
}

/**
 * The chain of headers with the most work since one that is trusted, every rule that headers alone can break checked:
 * links, proof of work, difficulty, times, versions. It keeps 80 bytes a header.
 *
 * In the first ten headers after a checkpoint the rule that a block is later than the median of the eleven before it is
 * not applied: the times before the checkpoint are not known.
 */
export class HeaderChain {
  readonly rules: HeaderRules;
  /** Of the checkpoint. */
  readonly firstHeight: number;
  readonly #store: HeaderStore;
  readonly #trusted: TrustedHeaders;
  #tipHash: string;
  #work: bigint;

  private constructor(start: {
    rules: HeaderRules;
    firstHeight: number;
    store: HeaderStore;
    trusted: TrustedHeaders;
    tip: Pick<HeaderTip, 'hash' | 'work'>;
  }) {
    this.rules = start.rules;
    this.firstHeight = start.firstHeight;
    this.#store = start.store;
    this.#trusted = start.trusted;
    this.#tipHash = start.tip.hash;
    this.#work = start.tip.work;
  }

  /** @throws ChainError `header-malformed`, `header-bits-invalid`, `header-work-missing`, `checkpoint-incomplete` */
  static fromCheckpoint(checkpoint: HeaderCheckpoint, rules: HeaderRules): HeaderChain {
    const trusted = readCheckpointHeaders(checkpoint, rules);
    const store = new HeaderStore();
    store.push(checkpoint.header);
    const tip = { hash: parseBlockHeader(checkpoint.header).hash, work: 0n };
    return new HeaderChain({ rules, firstHeight: checkpoint.height, store, trusted, tip });
  }

  static fromGenesis(rules: HeaderRules): HeaderChain {
    return HeaderChain.fromCheckpoint({ height: 0, header: rules.genesis }, rules);
  }

  get tip(): HeaderTip {
    return { height: this.#tipHeight, hash: this.#tipHash, work: this.#work };
  }

  /** A chain of its own that starts equal. */
  copy(): HeaderChain {
    const { rules, firstHeight } = this;
    const tip = { hash: this.#tipHash, work: this.#work };
    return new HeaderChain({ rules, firstHeight, store: this.#store.copy(), trusted: this.#trusted, tip });
  }

  /** `undefined` for a height before the checkpoint or after the tip. */
  headerAt(height: number): BlockHeader | undefined {
    return this.#has(height) ? parseBlockHeader(this.#store.at(height - this.firstHeight)) : undefined;
  }

  /**
   * The height of a block of this chain, by its hash as nodes print it.
   *
   * @throws ChainError `transaction-id-malformed` unless it is 64 lower-case hex digits
   */
  heightOf(hash: string): number | undefined {
    if (hash === this.#tipHash) return this.#tipHeight;
    const position = this.#store.positionBeforeLast(txidBytes(hash));
    return position === undefined ? undefined : this.firstHeight + position;
  }

  /**
   * The median of the times of the block and the ten before it, which consensus takes for its time (BIP113).
   * `undefined` for a block that is not in the chain, and for the first ten after a checkpoint above height 0.
   */
  medianTimePast(height: number): number | undefined {
    const first = Math.max(height - MEDIAN_TIME_SPAN + 1, 0);
    if (!this.#has(height) || !this.#has(first)) return undefined;
    return medianOf(this.#times(first, height));
  }

  /**
   * The median of the times of the block and of up to ten after it, of those that the chain has. The block was mined
   * before that time if most of these blocks had clocks that were not behind: its own time alone is its miner's word,
   * and {@link medianTimePast} lies about an hour before the block.
   */
  medianTimeOnward(height: number): number | undefined {
    if (!this.#has(height)) return undefined;
    return medianOf(this.#times(height, Math.min(height + MEDIAN_TIME_SPAN - 1, this.#tipHeight)));
  }

  /**
   * Takes a batch of consecutive headers that connects to any header of this chain: all of it, or none. What it has
   * before that header, or already knows, is passed over.
   *
   * @param headers - 80 bytes each
   * @throws ChainError `header-malformed`, `header-not-connected`, and what breaks a rule: `header-bits-invalid`,
   *   `header-bits-wrong`, `header-work-missing`, `header-too-early`, `header-too-late`, `header-version-obsolete`;
   *   `checkpoint-incomplete` when a difficulty follows from headers before the checkpoint that it does not have
   */
  accept(headers: Uint8Array, options: AcceptOptions = {}): AcceptOutcome {
    const batch = readHeaderBatch(headers);
    const parent = this.#parentIn(batch);
    const fork = parent.height + this.#knownAfter(parent, batch);
    const added = batch.slice(parent.position + 1 + fork - parent.height);
    if (added.length === 0) return { outcome: 'already-known' };
    this.#check(fork, added, options.now);
    const work = workOfHeaders(added.map(({ header }) => header));
    const removed = this.#tipHeight - fork;
    const replaced = workOfHeaders(this.#timesAndBits(fork + 1));
    if (work <= replaced) return { outcome: 'less-work' };
    if (removed > 0) this.#store.truncate(fork - this.firstHeight + 1);
    for (const { bytes, header } of added) {
      this.#store.push(bytes);
      this.#tipHash = header.hash;
    }
    this.#work += work - replaced;
    return removed === 0
      ? { outcome: 'extended', added: added.length }
      : { outcome: 'reorganised', removed, added: added.length };
  }

  get #tipHeight(): number {
    return this.firstHeight + this.#store.length - 1;
  }

  #has(height: number): boolean {
    return Number.isSafeInteger(height) && height >= this.firstHeight && height <= this.#tipHeight;
  }

  /** The header of this chain that the batch follows: the one before its first, or the checkpoint inside it. */
  #parentIn(batch: readonly BatchHeader[]): Parent {
    const previousHash = batch[0]?.header.previousHash ?? '';
    const height = this.heightOf(previousHash);
    if (height !== undefined) return { height, position: -1 };
    // Each header names the one before, so what begins outside of this chain can only come in at its beginning.
    const checkpoint = this.headerAt(this.firstHeight)?.hash;
    const position = batch.findIndex(({ header }) => header.hash === checkpoint);
    if (position !== -1) return { height: this.firstHeight, position };
    throw notConnected(previousHash, `a header of height ${this.firstHeight} to ${this.#tipHeight}`);
  }

  /** How many headers after their common parent this chain shares with the batch. */
  #knownAfter({ height, position }: Parent, batch: readonly BatchHeader[]): number {
    let known = 0;
    for (const { header } of batch.slice(position + 1)) {
      if (this.headerAt(height + known + 1)?.hash !== header.hash) break;
      known += 1;
    }
    return known;
  }

  #check(fork: number, added: readonly BatchHeader[], now: number | undefined): void {
    const at = (height: number): TimeAndBits => {
      const found = height > fork ? added[height - fork - 1]?.header : this.#timeAndBits(height);
      if (found !== undefined) return found;
      throw incompleteCheckpoint(`height ${this.firstHeight}`, `the header of height ${height} beside it`);
    };
    // Of the eleven headers before each one, as far as they are known.
    const times = this.#times(Math.max(fork + 1 - MEDIAN_TIME_SPAN, this.firstHeight), fork);
    for (const [index, { header }] of added.entries()) {
      const height = fork + 1 + index;
      const areKnown = times.length === Math.min(height, MEDIAN_TIME_SPAN);
      const medianTimePast = areKnown ? medianOf(times) : undefined;
      checkHeader(header, { height, rules: this.rules, at, medianTimePast, now });
      times.push(header.time);
      if (times.length > MEDIAN_TIME_SPAN) times.shift();
    }
  }

  #timeAndBits(height: number): TimeAndBits | undefined {
    if (!this.#has(height)) return this.#trusted.get(height);
    return timeAndBits(this.#store.at(height - this.firstHeight));
  }

  #times(first: number, last: number): number[] {
    return Array.from(
      { length: last - first + 1 },
      (_, index) => timeAndBits(this.#store.at(first + index - this.firstHeight)).time,
    );
  }

  *#timesAndBits(height: number): Iterable<TimeAndBits> {
    for (let at = height; at <= this.#tipHeight; at += 1) {
      yield timeAndBits(this.#store.at(at - this.firstHeight));
    }
  }
}

/** A header of the chain, and its position in a batch: -1 where it stands before it. */
interface Parent {
  readonly height: number;
  readonly position: number;
}

function timeAndBits(header: Uint8Array): TimeAndBits {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  return { time: view.getUint32(68, true), bits: view.getUint32(72, true) };
}
