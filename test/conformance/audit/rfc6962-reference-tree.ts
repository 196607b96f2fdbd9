import { hashLeaf, verifyConsistency, verifyInclusion } from '@bitcoin-enterprise/audit';
import { behindExports } from '../../fuzz/behind-exports.ts';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

const FILE = 'audit/rfc6962/reference-tree.json';

interface ReferenceTree {
  readonly leaf_inputs_hex: readonly string[];
  readonly node_hashes_hex: readonly (readonly string[])[];
  readonly root_hashes_hex_by_size: readonly string[];
  readonly hasher: {
    readonly empty_root: string;
    readonly empty_leaf: string;
    readonly leaf_L123456: string;
  };
}

interface Tree {
  append(leaf: Uint8Array): void;
  root(): Uint8Array;
  recentTile(level: number, index: number): Uint8Array | undefined;
}

interface Hashes {
  range(start: number, end: number): Promise<Uint8Array>;
}

type TileSource = (level: number, index: number) => Uint8Array | undefined;
type Prove = (hashes: Hashes, from: number, to: number) => Promise<Uint8Array[]>;

// A log hashes its own entries alone, so that other leaves reach the writer's tree only behind the exports.
const { MerkleTree } = (await behindExports('audit', 'merkle/merkle-tree.ts')) as {
  MerkleTree: new () => Tree;
};
const { SubtreeHashes } = (await behindExports('audit', 'merkle/subtree-hashes.ts')) as {
  SubtreeHashes: new (tiles: TileSource) => Hashes;
};
const { inclusionProof } = (await behindExports('audit', 'merkle/inclusion-proof.ts')) as {
  inclusionProof: Prove;
};
const { consistencyProof } = (await behindExports('audit', 'merkle/consistency-proof.ts')) as {
  consistencyProof: Prove;
};
const { EMPTY_ROOT, leafHash } = (await behindExports('audit', 'merkle/tree-hash.ts')) as {
  EMPTY_ROOT: Uint8Array;
  leafHash: (data: Uint8Array) => Uint8Array;
};

/** The writer's tree against the published hashes, and the verifier against the writer's proofs. */
export const suite: ConformanceSuite = {
  source: 'transparency-dev/merkle reference tree',
  files: [FILE],
  *cases(files): Iterable<ConformanceCase> {
    const tree = JSON.parse(files.get(FILE) ?? '{}') as ReferenceTree;
    const { hasher } = tree;
    yield equals('empty root', EMPTY_ROOT, hasher.empty_root);
    yield equals('empty leaf', leafHash(new Uint8Array()), hasher.empty_leaf);
    yield equals('leaf', leafHash(Buffer.from('L123456')), hasher.leaf_L123456);
    yield { name: 'node', skip: 'it is of inputs of 4 bytes, and nodes here are of hashes' };
    const leaves = tree.leaf_inputs_hex.map((input) => Buffer.from(input, 'hex'));
    for (const [index, leaf] of leaves.entries()) {
      yield equals(`leaf ${index} by the verifier`, hashLeaf(leaf), tree.node_hashes_hex[0]?.[index] ?? '');
    }
    for (const [height, row] of tree.node_hashes_hex.entries()) {
      for (const [position, hash] of row.entries()) yield nodeCase(leaves, height, position, hash);
    }
    for (const [size, root] of tree.root_hashes_hex_by_size.entries()) {
      yield equals(`root of ${size} leaves`, grow(leaves.slice(0, size)).root(), root);
      yield proofCase(leaves, size, tree.root_hashes_hex_by_size);
    }
  },
};

function grow(leaves: readonly Uint8Array[]): Tree {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(leafHash(leaf));
  return tree;
}

function hashesOf(leaves: readonly Uint8Array[]): Hashes {
  const tree = grow(leaves);
  return new SubtreeHashes((level, index) => tree.recentTile(level, index));
}

function nodeCase(
  leaves: readonly Uint8Array[],
  height: number,
  position: number,
  wanted: string,
): ConformanceCase {
  return {
    name: `node ${position} of height ${height}`,
    run: async () => {
      const width = 2 ** height;
      same(await hashesOf(leaves).range(position * width, (position + 1) * width), wanted);
    },
  };
}

function proofCase(leaves: readonly Uint8Array[], size: number, roots: readonly string[]): ConformanceCase {
  return {
    name: `proofs of ${size} leaves`,
    run: async () => {
      const hashes = hashesOf(leaves.slice(0, size));
      const rootOf = (at: number): Uint8Array => Uint8Array.from(Buffer.from(roots[at] ?? '', 'hex'));
      for (const [index, leaf] of leaves.slice(0, size).entries()) {
        const proof = await inclusionProof(hashes, index, size);
        const claim = { index, treeSize: size, leafHash: hashLeaf(leaf), proof, rootHash: rootOf(size) };
        if (!verifyInclusion(claim)) throw new Error(`the inclusion of leaf ${index} was refused`);
      }
      for (let from = 0; from <= size; from += 1) {
        const proof = await consistencyProof(hashes, from, size);
        const claim = { from, to: size, fromRoot: rootOf(from), toRoot: rootOf(size), proof };
        if (!verifyConsistency(claim)) throw new Error(`the consistency from ${from} was refused`);
      }
    },
  };
}

function equals(name: string, actual: Uint8Array, wanted: string): ConformanceCase {
  return {
    name,
    run: () => {
      same(actual, wanted);
    },
  };
}

function same(actual: Uint8Array, wanted: string): void {
  const hex = Buffer.from(actual).toString('hex');
  if (hex !== wanted) throw new Error(`${hex}, not ${wanted}`);
}
