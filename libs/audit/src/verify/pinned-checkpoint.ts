import type { BundleHeader } from './bundle-header.ts';
import type { CheckList } from './check-list.ts';
import { equal, verifyConsistency } from './merkle-proof.ts';
import { readCheckpoint, type CheckpointStatement } from './checkpoint-text.ts';
import { openNote } from './note.ts';
import type { TreeFold } from './tree-fold.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** Checks that the bundle's checkpoint continues the one that the examiner kept. */
export class PinnedCheckpoint {
  readonly #pinned: CheckpointStatement | undefined;
  readonly #unusable: string | undefined;
  /** Root of the first entries, as many as were pinned, as the bundle itself shows it. */
  #shownRoot: Uint8Array | undefined;

  constructor(note: string, trust: TrustPolicy) {
    const opened = openNote(note, trust.origin, trust.publicKey);
    const stated = opened.ok ? readCheckpoint(opened.text) : undefined;
    if (stated?.origin === trust.origin) this.#pinned = stated;
    else this.#unusable = opened.ok ? 'malformed' : opened.reason;
  }

  /** Looks at what was folded so far: where that is the pinned tree, its root is shown without a proof of its own. */
  observe(fold: TreeFold): void {
    if (fold.size === this.#pinned?.size) this.#shownRoot = fold.root();
  }

  /** @param included whether the entries lead to the root of the head, and so all that was folded on the way */
  check(
    list: CheckList,
    header: BundleHeader,
    head: CheckpointStatement | undefined,
    included: boolean,
  ): void {
    const pinned = this.#pinned;
    const problem =
      pinned === undefined
        ? `the pinned checkpoint is no checkpoint of this log: ${this.#unusable ?? ''}`
        : this.#problem(pinned, header, head, included);
    list.add(
      'pinned checkpoint',
      problem === undefined,
      problem ?? `continued from ${pinned?.size ?? 0} entries`,
    );
  }

  #problem(
    pinned: CheckpointStatement,
    { since }: BundleHeader,
    head: CheckpointStatement | undefined,
    included: boolean,
  ): string | undefined {
    if (head === undefined) return 'there is no checkpoint to compare';
    if (head.size < pinned.size) return `rolled back: ${head.size} entries, ${pinned.size} were pinned`;
    const claim = { from: pinned.size, fromRoot: pinned.rootHash, to: head.size, toRoot: head.rootHash };
    if (pinned.size === 0 || pinned.size === head.size) {
      return verifyConsistency({ ...claim, proof: [] }) ? undefined : 'another history of the same size';
    }
    if (since?.treeSize === pinned.size) {
      const isConsistent = verifyConsistency({ ...claim, proof: since.proof });
      return isConsistent ? undefined : 'another history: the consistency proof fails';
    }
    if (this.#shownRoot === undefined || !included) {
      return `the bundle has no consistency proof from ${pinned.size} entries`;
    }
    return equal(this.#shownRoot, pinned.rootHash)
      ? undefined
      : 'another history: the first entries have another root';
  }
}
