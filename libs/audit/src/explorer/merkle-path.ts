import { hashNode } from '../verify/merkle-proof.ts';
import { completeSubtrees, TreeFold } from '../verify/tree-fold.ts';
import type { EntryColumns } from './entry-columns.ts';
import { nextTurn } from './next-turn.ts';
import { shownHex } from './shown-text.ts';

/** One step from an entry to the root: the node beside the path, over leaves `start` up to and without `end`. */
export interface PathStep {
  readonly side: 'left' | 'right';
  readonly start: number;
  readonly end: number;
  readonly hash: Uint8Array;
  /** The node above both. */
  readonly parent: Uint8Array;
}

/** The way from an entry to the root of the tree. */
export interface MerklePath {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly steps: readonly PathStep[];
  /** Whether it leads to the root of the checkpoint. */
  readonly leadsToRoot: boolean;
}

/** Leaves whose joint hash is kept, so that the second path is quick. */
const KEPT_WIDTH = 1_024;
const TURN_MS = 24;

/** Leaves `start` up to and without `end`, and the rows of the entries among them. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly firstRow: number;
  readonly endRow: number;
}

/** Finds paths in the tree that a bundle shows: leaves, and hashes of the subtrees between them. */
export class PathFinder {
  readonly #entries: EntryColumns;
  readonly #endSubtrees: readonly Uint8Array[];
  readonly #treeSize: number;
  readonly #kept = new Map<number, Uint8Array>();
  #turnBegan = 0;

  constructor(entries: EntryColumns, treeSize: number, endSubtrees: readonly Uint8Array[]) {
    this.#entries = entries;
    this.#treeSize = treeSize;
    this.#endSubtrees = endSubtrees;
  }

  /** The path of the entry in a row (RFC 6962, section 2.1.1), leaf side first. */
  async pathOf(row: number, rootHex: string, signal: AbortSignal): Promise<MerklePath> {
    const { index, leafHash } = this.#entries.row(row);
    this.#turnBegan = performance.now();
    const steps: PathStep[] = [];
    let hash: Uint8Array = leafHash;
    for (const { side, start, end } of siblings(index, this.#treeSize)) {
      const stretch = { start, end, firstRow: this.#rowFrom(start), endRow: this.#rowFrom(end) };
      const sibling = await this.#hashOf(stretch, signal);
      hash = side === 'left' ? hashNode(sibling, hash) : hashNode(hash, sibling);
      steps.push({ side, start, end, hash: sibling, parent: hash });
    }
    return { index, leafHash, steps, leadsToRoot: shownHex(hash) === rootHex };
  }

  /** Hash of a subtree, with turns for the page in between when it is large. */
  async #hashOf(stretch: Stretch, signal: AbortSignal): Promise<Uint8Array> {
    const { start, end, firstRow, endRow } = stretch;
    if (firstRow === endRow || end - start < KEPT_WIDTH) return this.#hashAtOnce(stretch);
    if (end - start === KEPT_WIDTH) {
      const hash = this.#kept.get(start) ?? this.#hashAtOnce(stretch);
      this.#kept.set(start, hash);
      return hash;
    }
    if (performance.now() - this.#turnBegan > TURN_MS) {
      await nextTurn();
      signal.throwIfAborted();
      this.#turnBegan = performance.now();
    }
    const [left, right] = this.#halves(stretch);
    return hashNode(await this.#hashOf(left, signal), await this.#hashOf(right, signal));
  }

  #hashAtOnce(stretch: Stretch): Uint8Array {
    const { start, end, firstRow, endRow } = stretch;
    if (firstRow === endRow) return this.#hashOfLeftOut(firstRow, start, end);
    if (end - start === 1) return this.#entries.row(firstRow).leafHash;
    const [left, right] = this.#halves(stretch);
    return hashNode(this.#hashAtOnce(left), this.#hashAtOnce(right));
  }

  /** Hash of leaves that the bundle leaves out before a row: of the subtrees that stand for them. */
  #hashOfLeftOut(row: number, start: number, end: number): Uint8Array {
    const from = row === 0 ? 0 : this.#entries.indexOf(row - 1) + 1;
    const isEnd = row === this.#entries.size;
    const hashes = isEnd ? this.#endSubtrees : (this.#entries.gaps.get(row) ?? []);
    const widths = completeSubtrees(from, isEnd ? this.#treeSize : this.#entries.indexOf(row));
    const inside: Uint8Array[] = [];
    let position = from;
    for (const [place, width] of widths.entries()) {
      const hash = hashes[place];
      if (hash !== undefined && position >= start && position + width <= end) inside.push(hash);
      position += width;
    }
    // Counted from the start of the stretch, where the same subtrees are complete.
    const fold = new TreeFold();
    fold.addSubtrees(end - start, inside);
    return fold.root();
  }

  #halves({ start, end, firstRow, endRow }: Stretch): [Stretch, Stretch] {
    const middle = splitOf(start, end);
    const cut = this.#rowFrom(middle, firstRow, endRow);
    return [
      { start, end: middle, firstRow, endRow: cut },
      { start: middle, end, firstRow: cut, endRow },
    ];
  }

  /** The first row at or behind a position. */
  #rowFrom(index: number, first = 0, end: number = this.#entries.size): number {
    let low = first;
    let high = end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#entries.indexOf(middle) < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The subtrees beside the path of a leaf, leaf side first. */
function siblings(index: number, treeSize: number): Pick<PathStep, 'side' | 'start' | 'end'>[] {
  const found: Pick<PathStep, 'side' | 'start' | 'end'>[] = [];
  let start = 0;
  let end = treeSize;
  while (end - start > 1) {
    const middle = splitOf(start, end);
    if (index < middle) {
      found.push({ side: 'right', start: middle, end });
      end = middle;
    } else {
      found.push({ side: 'left', start, end: middle });
      start = middle;
    }
  }
  return found.reverse();
}

/** Where RFC 6962 splits a subtree: at the largest power of two below its width. */
function splitOf(start: number, end: number): number {
  let half = 1;
  while (half * 2 < end - start) half *= 2;
  return start + half;
}
