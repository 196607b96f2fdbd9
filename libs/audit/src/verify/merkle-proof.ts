import { sha256 } from './sha256.ts';

const HASH_BYTES = 32;

/** Room for what an inner node hashes, so that it is not allocated anew for each. */
const NODE: Uint8Array = new Uint8Array(1 + 2 * HASH_BYTES).fill(1, 0, 1);

/** RFC 6962 leaf hash of an entry's bytes: SHA-256 of them behind a zero byte. */
export function hashLeaf(bytes: Uint8Array): Uint8Array {
  const leaf = new Uint8Array(1 + bytes.length);
  leaf.set(bytes, 1);
  return sha256(leaf);
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
  const roots = rootsOfConsistencyProof(claim);
  return roots !== undefined && equal(roots.fromRoot, fromRoot) && equal(roots.toRoot, toRoot);
}

/**
 * The roots that a consistency proof leads to, whatever roots were expected; `undefined` for one of another length. Where
 * the later one is right, the earlier one is that of the later tree's own first leaves. The sizes must be above 0 and
 * different, the hashes of 32 bytes.
 */
export function rootsOfConsistencyProof({
  from,
  to,
  fromRoot,
  proof,
}: Omit<ConsistencyClaim, 'toRoot'>): Pick<ConsistencyClaim, 'fromRoot' | 'toRoot'> | undefined {
  let node = from - 1;
  let last = to - 1;
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  // When the earlier tree is one complete subtree, the proof starts from its root and does not repeat it.
  const [start, ...rest] = node === 0 ? [fromRoot, ...proof] : proof;
  if (start === undefined) return undefined;
  let fromHash = start;
  let toHash = start;
  for (const sibling of rest) {
    if (last === 0) return undefined;
    if (isOdd(node) || node === last) {
      fromHash = hashNode(sibling, fromHash);
      toHash = hashNode(sibling, toHash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      toHash = hashNode(toHash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? { fromRoot: fromHash, toRoot: toHash } : undefined;
}

/** Root of a tree from the roots of its complete subtrees, largest first (RFC 6962, section 2.1). */
export function rootOfPeaks(peaks: readonly Uint8Array[]): Uint8Array {
  let root = peaks.at(-1) ?? sha256(new Uint8Array(0));
  for (const peak of peaks.slice(0, -1).reverse()) root = hashNode(peak, root);
  return root;
}

/** Whether two hashes are the same. They are public, so the time it takes may tell where they differ. */
export function equal(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let position = 0; position < left.length; position += 1) {
    if (left[position] !== right[position]) return false;
  }
  return true;
}

/** Hash of an inner node (RFC 6962, section 2.1) of two hashes of 32 bytes. */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  NODE.set(left, 1);
  NODE.set(right, 1 + HASH_BYTES);
  return sha256(NODE);
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
