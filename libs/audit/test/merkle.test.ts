import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyConsistency, verifyInclusion } from '../src/index.ts';
import { consistencyProof } from '../src/merkle/consistency-proof.ts';
import { inclusionProof } from '../src/merkle/inclusion-proof.ts';
import { MerkleTree } from '../src/merkle/merkle-tree.ts';
import { SubtreeHashes } from '../src/merkle/subtree-hashes.ts';
import type { TileSource } from '../src/merkle/tile.ts';
import { leafHash } from '../src/merkle/tree-hash.ts';
import { TreeFold } from '../src/verify/tree-fold.ts';
import { codeOf } from './temporary-log.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Leaves of the tree that Certificate Transparency's reference implementation tests with. */
const REFERENCE_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((leaf) => Uint8Array.from(Buffer.from(leaf, 'hex')));

/** Its roots by size, from transparency-dev/merkle testonly/constants.go. */
const REFERENCE_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** A tree that stores its tiles as a log does, in memory. */
class StoredTree {
  readonly tree = new MerkleTree();
  readonly tiles = new Map<string, Uint8Array>();
  readonly leaves: Uint8Array[] = [];
  readonly roots: Uint8Array[] = [this.tree.root()];

  grow(size: number): this {
    while (this.tree.size < size) {
      this.tree.mark();
      const leaf = leafHash(createHash('sha256').update(String(this.tree.size)).digest());
      this.leaves.push(leaf);
      this.tree.append(leaf);
      this.roots.push(this.tree.root());
      for (const { level, index, hashes } of this.tree.changedTiles())
        this.tiles.set(`${level}/${index}`, hashes);
    }
    return this;
  }

  readonly source: TileSource = (level, index) =>
    this.tree.recentTile(level, index) ?? this.tiles.get(`${level}/${index}`);

  hashes(): SubtreeHashes {
    return new SubtreeHashes(this.source);
  }

  async includes(index: number, treeSize: number): Promise<boolean> {
    return verifyInclusion({
      index,
      treeSize,
      leafHash: this.leaves[index] ?? new Uint8Array(0),
      proof: await inclusionProof(this.hashes(), index, treeSize),
      rootHash: this.roots[treeSize] ?? new Uint8Array(0),
    });
  }

  async continues(from: number, to: number): Promise<boolean> {
    return verifyConsistency({
      from,
      to,
      fromRoot: this.roots[from] ?? new Uint8Array(0),
      toRoot: this.roots[to] ?? new Uint8Array(0),
      proof: await consistencyProof(this.hashes(), from, to),
    });
  }
}

/** Root as the verifier computes it. */
function rootOfLeaves(leaves: readonly Uint8Array[]): Uint8Array {
  const fold = new TreeFold();
  for (const leaf of leaves) fold.addLeaf(leaf);
  return fold.root();
}

describe('the tree', () => {
  it('has the reference roots of RFC 6962 trees from 0 to 8 leaves', () => {
    const tree = new MerkleTree();
    const roots = [hex(tree.root())];
    for (const leaf of REFERENCE_LEAVES) {
      tree.append(leafHash(leaf));
      roots.push(hex(tree.root()));
    }
    expect(roots).toEqual(REFERENCE_ROOTS);
    expect(hex(rootOfLeaves(REFERENCE_LEAVES.map(leafHash)))).toBe(REFERENCE_ROOTS[8]);
    expect(hex(rootOfLeaves([]))).toBe(REFERENCE_ROOTS[0]);
  });

  it('hashes leaves and nodes apart, as the reference hasher does', () => {
    // transparency-dev/merkle rfc6962/rfc6962_test.go: the leaf "L123456".
    expect(hex(leafHash(new TextEncoder().encode('L123456')))).toBe(
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    );
  });

  it('agrees with the verifier about every inclusion in every tree of up to 70 leaves', async () => {
    const stored = new StoredTree().grow(70);
    for (let size = 1; size <= 70; size += 1) {
      for (let index = 0; index < size; index += 1) expect(await stored.includes(index, size)).toBe(true);
    }
  });

  it('agrees with the verifier about every consistency between trees of up to 70 leaves', async () => {
    const stored = new StoredTree().grow(70);
    for (let to = 0; to <= 70; to += 1) {
      for (let from = 0; from <= to; from += 1) expect(await stored.continues(from, to)).toBe(true);
    }
  });

  it('proves entries on both sides of every tile boundary', { timeout: 120_000 }, async () => {
    const stored = new StoredTree().grow(65_793);
    const edges = [
      1, 2, 255, 256, 257, 511, 512, 513, 65_279, 65_280, 65_535, 65_536, 65_537, 65_792, 65_793,
    ];
    for (const size of edges) {
      for (const edge of edges.filter((one) => one <= size)) {
        expect([size, edge, await stored.includes(edge - 1, size)]).toEqual([size, edge, true]);
        expect([size, edge, await stored.continues(edge, size)]).toEqual([size, edge, true]);
      }
    }
    expect(hex(rootOfLeaves(stored.leaves))).toBe(hex(stored.tree.root()));
  });

  it('is the same when it is restored from its tiles, at any size', { timeout: 120_000 }, async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 600, 65_536]) {
      const stored = new StoredTree().grow(size);
      const restored = await MerkleTree.restore(size, stored.source);
      expect(hex(restored.root())).toBe(hex(stored.tree.root()));
      for (let more = 0; more < 300; more += 1) {
        const leaf = leafHash(Uint8Array.of(more % 256));
        restored.append(leaf);
        stored.tree.append(leaf);
      }
      expect(hex(restored.root())).toBe(hex(stored.tree.root()));
    }
  });

  it('returns to a marked state from any number of leaves later', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 600 }), (size, more) => {
        const stored = new StoredTree().grow(size);
        const mark = stored.tree.mark();
        for (let leaf = 0; leaf < more; leaf += 1) stored.tree.append(leafHash(Uint8Array.of(9)));
        stored.tree.rewind(mark);
        expect(stored.tree.size).toBe(size);
        expect(hex(stored.tree.root())).toBe(hex(stored.roots[size] ?? new Uint8Array(0)));
        expect(stored.tree.changedTiles()).toEqual([]);
        const twin = new StoredTree().grow(size + 300);
        stored.grow(size + 300);
        expect(hex(stored.tree.root())).toBe(hex(twin.tree.root()));
      }),
      { numRuns: 25 },
    );
  });

  it('says which tile is missing or too short', async () => {
    const stored = new StoredTree().grow(600);
    const short = new SubtreeHashes(() => new Uint8Array(32));
    expect(await codeOf(() => inclusionProof(short, 3, 600))).toBe('log-corrupt');
    const none = new SubtreeHashes(() => undefined);
    expect(await codeOf(() => inclusionProof(none, 3, 600))).toBe('log-corrupt');
    stored.tiles.clear();
    expect(await codeOf(() => stored.includes(3, 600))).toBe('log-corrupt');
  });
});

describe('verifying a proof', () => {
  const stored = new StoredTree().grow(40);

  it('refuses every proof with a flipped bit, a hash more, or a hash less', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 40 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1))),
        fc.nat(),
        fc.nat(255),
        async ([treeSize, index], place, bit) => {
          const hashes = await inclusionProof(stored.hashes(), index, treeSize);
          const proof = hashes.map((hash) => Uint8Array.from(hash));
          const claim = {
            index,
            treeSize,
            leafHash: stored.leaves[index] ?? new Uint8Array(0),
            rootHash: stored.roots[treeSize] ?? new Uint8Array(0),
          };
          expect(verifyInclusion({ ...claim, proof })).toBe(true);
          expect(verifyInclusion({ ...claim, proof: [...proof, new Uint8Array(32)] })).toBe(false);
          expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
          const flipped = proof[place % proof.length];
          if (flipped !== undefined) flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          expect(verifyInclusion({ ...claim, proof })).toBe(false);
        },
      ),
    );
  });

  it('refuses hashes of another length and sizes that are none', () => {
    const [leaf, root] = [stored.leaves[0] ?? new Uint8Array(0), stored.roots[1] ?? new Uint8Array(0)];
    const claim = { index: 0, treeSize: 1, leafHash: leaf, proof: [], rootHash: root };
    expect(verifyInclusion(claim)).toBe(true);
    const empty = new Uint8Array(0);
    expect(verifyInclusion({ ...claim, leafHash: empty, rootHash: empty })).toBe(false);
    for (const treeSize of [0, -1, 1.5, Number.NaN, 2 ** 53])
      expect(verifyInclusion({ ...claim, treeSize })).toBe(false);
    for (const index of [1, -1, 0.5, 18446744073709551615])
      expect(verifyInclusion({ ...claim, index })).toBe(false);
    const sizes = { from: 1, to: 1, fromRoot: root, toRoot: root, proof: [] };
    expect(verifyConsistency(sizes)).toBe(true);
    expect(verifyConsistency({ ...sizes, fromRoot: empty, toRoot: empty })).toBe(false);
    expect(verifyConsistency({ ...sizes, from: 2 })).toBe(false);
    expect(verifyConsistency({ ...sizes, from: -1 })).toBe(false);
    expect(verifyConsistency({ ...sizes, proof: [root] })).toBe(false);
    expect(verifyConsistency({ ...sizes, to: 2 })).toBe(false);
    expect(verifyConsistency({ from: 3, to: 4, fromRoot: root, toRoot: root, proof: [] })).toBe(false);
  });

  it('refuses a consistency proof between other trees than it is for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 39 }),
        fc.integer({ min: 1, max: 39 }),
        async (from, other) => {
          const proof = await consistencyProof(stored.hashes(), from, 40);
          const roots = {
            fromRoot: stored.roots[other] ?? new Uint8Array(0),
            toRoot: stored.roots[40] ?? new Uint8Array(0),
          };
          expect(verifyConsistency({ from, to: 40, ...roots, proof })).toBe(from === other);
        },
      ),
    );
  });
});
