import { createHash } from 'node:crypto';
import { hashLeaf, verifyInclusion } from '@bitcoin-enterprise/audit';
import type { Bench } from '../bench.ts';
import { opponent } from '../opponent.ts';

/** The opponent is not a dependency of the suite: the runner installs it first. */
export const needsOpponents = true;

const LEAVES = 50_000;
const PROOFS = 200;

/** What is used of merkletreejs 0.6.0. */
interface MerkleTreeJs {
  getHexRoot(): string;
  getRoot(): Buffer;
  getProof(leaf: Buffer, index: number): readonly unknown[];
  verify(proof: readonly unknown[], leaf: Buffer, root: Buffer): boolean;
}

interface MerkleTreeJsModule {
  readonly MerkleTree: new (leaves: readonly Buffer[], hash: (data: Buffer) => Buffer) => MerkleTreeJs;
}

const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  sha256(Buffer.concat([Uint8Array.of(1), left, right]));

/** All rows of an RFC 6962 tree, made here so that the verifier meets proofs that another hand made. */
function rowsOf(leaves: readonly Uint8Array[]): (readonly Uint8Array[])[] {
  const rows = [leaves];
  for (let row = leaves; row.length > 1; rows.push(row)) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < row.length; at += 2) {
      const [left, right] = [row[at], row[at + 1]];
      if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right));
    }
    row = above;
  }
  return rows;
}

function pathOf(rows: readonly (readonly Uint8Array[])[], index: number): Uint8Array[] {
  return rows.slice(0, -1).flatMap((row, height) => row[(index >> height) ^ 1] ?? []);
}

/** One inclusion proof after another, in a tree of 50,000 leaves: RFC 6962 by ours, its own kind of tree by the opponent. */
const inclusionVerify: Bench = {
  name: 'inclusion-verify',
  goal: 1.25,
  peer: 'merkletreejs@0.6.0',
  unitsOurs: PROOFS,
  unitsPeer: PROOFS,
  async prepare() {
    const { MerkleTree } = (await opponent('merkletreejs')) as MerkleTreeJsModule;
    const entries = Array.from({ length: LEAVES }, (_, index) => Buffer.from(`entry ${index}`));
    const indexes = Array.from({ length: PROOFS }, (_, place) => (place * 7_919) % LEAVES);
    const leaves = entries.map((entry) => hashLeaf(entry));
    const rows = rowsOf(leaves);
    const rootHash = rows.at(-1)?.[0] ?? new Uint8Array(0);
    const claims = indexes.map((index) => ({
      index,
      treeSize: LEAVES,
      leafHash: leaves[index] ?? new Uint8Array(0),
      proof: pathOf(rows, index),
      rootHash,
    }));
    const theirLeaves = entries.map(sha256);
    const tree = new MerkleTree(theirLeaves, sha256);
    const root = tree.getRoot();
    const theirs = indexes.map((index) => {
      const leaf = theirLeaves[index] ?? Buffer.alloc(0);
      return { leaf, proof: tree.getProof(leaf, index) };
    });
    return {
      ours() {
        if (!claims.every(verifyInclusion)) throw new Error('a proof does not verify');
      },
      peer() {
        if (!theirs.every(({ proof, leaf }) => tree.verify(proof, leaf, root))) {
          throw new Error('a proof of the opponent does not verify');
        }
      },
    };
  },
};

export const benches: readonly Bench[] = [inclusionVerify];
