import { CheckpointIssuer } from '../src/checkpoint/checkpoint.ts';
import { consistencyProof } from '../src/merkle/consistency-proof.ts';
import { inclusionProof } from '../src/merkle/inclusion-proof.ts';
import { MerkleTree } from '../src/merkle/merkle-tree.ts';
import { SubtreeHashes } from '../src/merkle/subtree-hashes.ts';
import { leafHash } from '../src/merkle/tree-hash.ts';
import { ORIGIN, SIGNER } from './temporary-log.ts';

/** One history that the log of the tests may tell: every checkpoint of it, signed, and every proof. */
export interface History {
  /** By size; that of 0 is the empty tree's. */
  readonly checkpoints: readonly string[];
  readonly roots: readonly Uint8Array[];
  prove(from: number, to: number): Promise<Uint8Array[]>;
  audit(index: number, size: number): Promise<Uint8Array[]>;
}

function leafOf(name: string, index: number, shared: number): Uint8Array {
  return leafHash(Buffer.from(index < shared ? `entry ${index}` : `entry ${index} of ${name}`));
}

/**
 * @param name of the history: those of other names have other entries
 * @param shared how many entries at the beginning are the same in every history
 * @param size at most 255, so that the tree is one tile
 */
export async function tell(name: string, size: number, shared = 0): Promise<History> {
  const issuer = await CheckpointIssuer.of(ORIGIN, SIGNER);
  const tree = new MerkleTree();
  const roots = [tree.root()];
  for (let index = 0; index < size; index += 1) {
    tree.append(leafOf(name, index, shared));
    roots.push(tree.root());
  }
  const hashes = new SubtreeHashes((level, index) => tree.recentTile(level, index));
  return {
    roots,
    checkpoints: await Promise.all(roots.map((root, at) => issuer.issue(at, root))),
    prove: (from, to) => consistencyProof(hashes, from, to),
    audit: (index, at) => inclusionProof(hashes, index, at),
  };
}
