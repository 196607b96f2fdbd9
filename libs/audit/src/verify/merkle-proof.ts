import { concatBytes } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const HASH_BYTES = 32;

/** RFC 6962 leaf hash of an entry's bytes. */
export function hashLeaf(bytes: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF, bytes));
}

/** What an inclusion proof claims. */
export interface InclusionClaim {
  /** Position of the leaf, from 0. */
  readonly index: number;
  readonly treeSize: number;
  /** 32 bytes. */
  readonly leafHash: Uint8Array;
  /** Audit path, leaf side first: hashes of 32 bytes. */
  readonly proof: readonly Uint8Array[];
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/**
 * Whether the leaf is at that position of that tree (RFC 9162, section 2.1.3.2, the same for RFC 6962 trees). False,
 * never an error, for sizes out of range and hashes of another length.
 */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const { index, treeSize, leafHash, proof, rootHash } = claim;
  if (!isCount(index) || !isCount(treeSize) || index >= treeSize) return false;
  if (![leafHash, rootHash, ...proof].every(isHash)) return false;
  let node = index;
  let last = treeSize - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = hashNode(sibling, hash);
      // A node without a right sibling rises until it is one itself.
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = hashNode(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(hash, rootHash);
}

/** What a consistency proof claims. */
export interface ConsistencyClaim {
  /** Sizes of the earlier and the later tree. */
  readonly from: number;
  readonly to: number;
  /** Their root hashes, 32 bytes each. */
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  /** Hashes of 32 bytes. */
  readonly proof: readonly Uint8Array[];
}

/**
 * Whether the later tree continues the earlier one (RFC 9162, section 2.1.4.2, the same for RFC 6962 trees). False,
 * never an error, for sizes out of range and hashes of another length.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { from, to, fromRoot, toRoot, proof } = claim;
  if (!isCount(from) || !isCount(to) || from > to || ![fromRoot, toRoot, ...proof].every(isHash))
    return false;
  if (from === to) return proof.length === 0 && equal(fromRoot, toRoot);
  if (from === 0) return proof.length === 0 && equal(fromRoot, sha256(new Uint8Array(0)));
  return climbsToBoth(claim);
}

function climbsToBoth({ from, to, fromRoot, toRoot, proof }: ConsistencyClaim): boolean {
  let node = from - 1;
  let last = to - 1;
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  // When the earlier tree is one complete subtree, the proof starts from its root and does not repeat it.
  const [start, ...rest] = node === 0 ? [fromRoot, ...proof] : proof;
  if (start === undefined) return false;
  let fromHash = start;
  let toHash = start;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      fromHash = hashNode(sibling, fromHash);
      toHash = hashNode(sibling, toHash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      toHash = hashNode(toHash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(fromHash, fromRoot) && equal(toHash, toRoot);
}

/** Root of the tree of these leaf hashes (RFC 6962, section 2.1). */
export function rootOfLeaves(leafHashes: readonly Uint8Array[]): Uint8Array {
  const [first] = leafHashes;
  if (first === undefined) return sha256(new Uint8Array(0));
  let row: readonly Uint8Array[] = leafHashes;
  // Pairing from the left, and passing an odd last node up, builds the same tree as RFC 6962's splits.
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let position = 0; position < row.length; position += 2) {
      const left = row[position] ?? first;
      const right = row[position + 1];
      above.push(right === undefined ? left : hashNode(left, right));
    }
    row = above;
  }
  return row[0] ?? first;
}

/** Whether two hashes are the same. They are public, so the time it takes may tell where they differ. */
export function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, position) => byte === right[position]);
}

function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE, left, right));
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

// Tree sizes go beyond 32 bits, where the bit operators would cut them.
function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
