import { hashNode, rootOfPeaks } from './merkle-proof.ts';

/**
 * Computes the root of an RFC 6962 tree from left to right, in memory of one hash a level: leaves that are known, and
 * between them the hashes of the largest complete subtrees that hold none of these.
 *
 * Where those subtrees stand follows from the positions alone, so that only their hashes are taken from elsewhere. When
 * the root is the one that was expected, every known leaf is at its position in that tree, by the same argument as for
 * an inclusion proof: the nodes above it are each hashed from their two children, up to the root.
 */
export class TreeFold {
  #size = 0;
  /** Roots of the complete subtrees that make up what was folded, largest first: one for each binary one of the size. */
  readonly #peaks: Uint8Array[] = [];

  /** Leaves that were folded. */
  get size(): number {
    return this.#size;
  }

  addLeaf(leafHash: Uint8Array): void {
    this.#add(leafHash, 1);
  }

  /** Steps over the leaves up to and without `to`; false, and nothing is done, when that takes another number of hashes. */
  addSubtrees(to: number, hashes: readonly Uint8Array[]): boolean {
    const widths = completeSubtrees(this.#size, to);
    if (widths.length !== hashes.length) return false;
    for (const [position, hash] of hashes.entries()) this.#add(hash, widths[position] ?? 1);
    return true;
  }

  /** Root of the tree of the first {@link size} leaves. */
  root(): Uint8Array {
    return rootOfPeaks(this.#peaks);
  }

  #add(subtree: Uint8Array, width: number): void {
    let hash = subtree;
    let joined = width;
    for (let left = this.#peaks.at(-1); left !== undefined; left = this.#peaks.at(-1)) {
      if (Math.floor(this.#size / joined) % 2 === 0) break;
      this.#peaks.pop();
      hash = hashNode(left, hash);
      joined *= 2;
    }
    this.#peaks.push(hash);
    this.#size += width;
  }
}

/** Leaves in each of the largest complete subtrees that make up a range, from left to right. */
export function completeSubtrees(from: number, to: number): number[] {
  const widths: number[] = [];
  for (let start = from; start < to;) {
    let width = 1;
    while (start % (width * 2) === 0 && start + width * 2 <= to) width *= 2;
    widths.push(width);
    start += width;
  }
  return widths;
}
