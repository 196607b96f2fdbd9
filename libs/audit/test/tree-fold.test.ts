import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeSubtrees as writtenSubtrees } from '../src/merkle/complete-subtrees.ts';
import { MerkleTree } from '../src/merkle/merkle-tree.ts';
import { SubtreeHashes } from '../src/merkle/subtree-hashes.ts';
import { completeSubtrees, TreeFold } from '../src/verify/tree-fold.ts';

const leaf = (position: number): Uint8Array => new Uint8Array(32).fill(position + 1);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function treeOf(size: number): { root: string; hashes: SubtreeHashes } {
  const tree = new MerkleTree();
  for (let position = 0; position < size; position += 1) tree.append(leaf(position));
  return {
    root: hex(tree.root()),
    hashes: new SubtreeHashes((level, index) => tree.recentTile(level, index)),
  };
}

/** What a bundle of the leaves whose bit is set has: their hashes, and those of the subtrees between. */
async function proofOf(hashes: SubtreeHashes, size: number, isSelected: (position: number) => boolean) {
  const steps: { to: number; subtrees: Uint8Array[]; leaf?: Uint8Array }[] = [];
  let next = 0;
  for (let position = 0; position <= size; position += 1) {
    if (position < size && !isSelected(position)) continue;
    const subtrees: Uint8Array[] = [];
    let start = next;
    for (const width of writtenSubtrees(next, position)) {
      subtrees.push(await hashes.range(start, start + width));
      start += width;
    }
    steps.push({ to: position, subtrees, ...(position < size && { leaf: leaf(position) }) });
    next = position + 1;
  }
  return steps;
}

function rootOf(steps: Awaited<ReturnType<typeof proofOf>>): string | undefined {
  const fold = new TreeFold();
  for (const step of steps) {
    if (!fold.addSubtrees(step.to, step.subtrees)) return undefined;
    if (step.leaf !== undefined) fold.addLeaf(step.leaf);
  }
  return hex(fold.root());
}

describe('the fold over leaves and the subtrees between them', () => {
  it('gives the root of RFC 6962 for every selection of every tree of up to ten leaves', async () => {
    for (let size = 0; size <= 10; size += 1) {
      const { root, hashes } = treeOf(size);
      for (let selection = 0; selection < 2 ** size; selection += 1) {
        const steps = await proofOf(hashes, size, (position) => (selection >> position) % 2 === 1);
        expect([size, selection, rootOf(steps)]).toEqual([size, selection, root]);
      }
    }
  });

  it('gives another root, or none, when any one hash is another, missing or there twice', async () => {
    for (const size of [1, 2, 5, 7, 8, 9]) {
      const { root, hashes } = treeOf(size);
      for (let selection = 0; selection < 2 ** size; selection += 1) {
        const honest = await proofOf(hashes, size, (position) => (selection >> position) % 2 === 1);
        for (const [position, step] of honest.entries()) {
          const other = new Uint8Array(32).fill(0xee);
          if (step.leaf !== undefined) {
            expect(rootOf(honest.with(position, { ...step, leaf: other }))).not.toBe(root);
          }
          for (const [place, hash] of step.subtrees.entries()) {
            for (const subtrees of [
              step.subtrees.with(place, other),
              step.subtrees.toSpliced(place, 1),
              step.subtrees.toSpliced(place, 0, hash),
            ]) {
              expect(rootOf(honest.with(position, { ...step, subtrees }))).not.toBe(root);
            }
          }
        }
      }
    }
  });

  it('holds for large trees and any selection', async () => {
    const size = 1_000;
    const { root, hashes } = treeOf(size);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(size - 1), { maxLength: 60 }), async (selected) => {
        const chosen = new Set(selected);
        const steps = await proofOf(hashes, size, (position) => chosen.has(position));
        expect(rootOf(steps)).toBe(root);
      }),
      { numRuns: 50 },
    );
  });

  it('cuts a range into the largest complete subtrees, as the writer does', () => {
    expect(completeSubtrees(0, 0)).toEqual([]);
    expect(completeSubtrees(3, 13)).toEqual([1, 4, 4, 1]);
    expect(completeSubtrees(0, 2 ** 52 + 1)).toEqual([2 ** 52, 1]);
    const position = fc.maxSafeNat();
    fc.assert(
      fc.property(position, position, (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const widths = completeSubtrees(from, to);
        expect(widths).toEqual(writtenSubtrees(from, to));
        expect(widths.length).toBeLessThanOrEqual(106);
        let start = from;
        for (const width of widths) {
          expect([Math.log2(width) % 1, start % width]).toEqual([0, 0]);
          start += width;
        }
        expect(start).toBe(to);
      }),
    );
  });
});
