import type { EndLine, EntryLine } from './bundle-line.ts';
import { equal } from './merkle-proof.ts';
import type { CheckpointStatement } from './checkpoint-text.ts';
import { TreeFold } from './tree-fold.ts';

/**
 * Checks that all entries together lead to the root of the checkpoint: the stated leaf hashes, and between them the
 * hashes of the subtrees that the bundle does not hold. One proof for all of them, as long as the selection is
 * scattered.
 */
export class InclusionChecker {
  readonly #head: CheckpointStatement | undefined;
  readonly #onFold: (fold: TreeFold) => void;
  readonly #fold = new TreeFold();
  #problem: string | undefined;
  #isFinished = false;

  /** @param onFold told of each state of the tree on the way */
  constructor(head: CheckpointStatement | undefined, onFold: (fold: TreeFold) => void) {
    this.#head = head;
    this.#onFold = onFold;
    if (head === undefined) this.#problem = 'there is no checkpoint to lead to';
    onFold(this.#fold);
  }

  add({ index, leafHash, subtrees }: EntryLine): void {
    if (this.#problem !== undefined) return;
    const size = this.#head?.size ?? 0;
    if (index >= size) this.#problem = `entry ${index} is beyond the checkpoint of ${size} entries`;
    else if (index < this.#fold.size) this.#problem = `entry ${index} stands at another place`;
    else if (this.#skip(index, subtrees, `entry ${index}`)) {
      this.#fold.addLeaf(leafHash);
      this.#onFold(this.#fold);
    }
  }

  /** @param end the last line; `undefined` when there is none */
  finish(end: EndLine | undefined): void {
    this.#isFinished = true;
    if (this.#problem !== undefined || this.#head === undefined) return;
    if (end === undefined) {
      this.#problem = 'the proof has no end';
      return;
    }
    const { size, rootHash } = this.#head;
    if (this.#skip(size, end.subtrees, 'the end') && !equal(this.#fold.root(), rootHash)) {
      this.#problem = `the entries do not lead to the root of ${size}`;
    }
  }

  /** Whether the entries lead to the root; known when the bundle has ended. */
  get ok(): boolean {
    return this.#isFinished && this.#problem === undefined;
  }

  get detail(): string {
    return this.#problem ?? `the entries lead to the root of ${this.#head?.size ?? 0}`;
  }

  #skip(to: number, subtrees: readonly Uint8Array[], before: string): boolean {
    if (subtrees.every(({ length }) => length === 32) && this.#fold.addSubtrees(to, subtrees)) {
      if (subtrees.length > 0) this.#onFold(this.#fold);
      return true;
    }
    this.#problem = `the proof does not lead from entry ${this.#fold.size} to ${before}`;
    return false;
  }
}
