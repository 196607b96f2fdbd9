import { concatBytes } from '@noble/hashes/utils.js';
import { ByteReader } from '../transaction/byte-reader.ts';
import { equalBytesVartime } from '../transaction/equal-bytes.ts';
import { hashToText, sha256d } from '../transaction/hash-text.ts';
import { type BlockHeader, HEADER_BYTES, parseBlockHeader } from './block-header.ts';
import { MAX_BLOCK_TRANSACTIONS, type MerklePath } from './merkle-path.ts';

/** A transaction that a Merkle block is about. */
export interface MatchedTransaction {
  /** As nodes print it. */
  readonly txid: string;
  readonly path: MerklePath;
}

/** A header and the part of its block's tree that leads to some transactions. */
export interface MerkleBlock {
  readonly header: BlockHeader;
  /** How many transactions the block has, as the tree's maker says: only its logarithm is proven. */
  readonly transactionCount: number;
  readonly matches: readonly MatchedTransaction[];
}

const HASH_BYTES = 32;

/**
 * Reads a `merkleblock` message (BIP37), which is also what `gettxoutproof` answers with, and checks that it leads to the
 * Merkle root of its header.
 *
 * @throws ChainError `merkle-proof-malformed` for what nodes refuse (`CPartialMerkleTree`, Bitcoin Core
 *   `src/merkleblock.cpp`), two equal halves among it (CVE-2012-2459); and for padding that is not zero, another root,
 *   and bytes after the end
 */
export function parseMerkleBlock(bytes: Uint8Array): MerkleBlock {
  const reader = new ByteReader(bytes, 'merkle-proof-malformed');
  const header = parseBlockHeader(reader.raw(HEADER_BYTES));
  const transactionCount = reader.uint32();
  if (transactionCount < 1 || transactionCount > MAX_BLOCK_TRANSACTIONS) {
    reader.refuse(`${transactionCount} transactions`);
  }
  const hashes = Array.from({ length: reader.count(HASH_BYTES) }, () => reader.raw(HASH_BYTES));
  if (hashes.length > transactionCount)
    reader.refuse(`${hashes.length} hashes of ${transactionCount} transactions`);
  const flags = reader.prefixed();
  if (reader.remaining > 0) reader.refuse(`${reader.remaining} bytes after the flags`);
  const { hash, matches } = new PartialTree(transactionCount, hashes, flags, reader).extract();
  const root = hashToText(hash);
  if (root !== header.merkleRoot) reader.refuse(`the root ${root} under a header of ${header.merkleRoot}`);
  return { header, transactionCount, matches };
}

interface TreeNode {
  readonly hash: Uint8Array;
  readonly matches: readonly MatchedTransaction[];
}

/** A tree of which only the way to its matches is told, depth first: a flag a node, a hash where nothing follows. */
class PartialTree {
  readonly #count: number;
  readonly #hashes: readonly Uint8Array[];
  readonly #flags: Uint8Array;
  readonly #reader: ByteReader;
  #flagsUsed = 0;
  #hashesUsed = 0;

  constructor(count: number, hashes: readonly Uint8Array[], flags: Uint8Array, reader: ByteReader) {
    this.#count = count;
    this.#hashes = hashes;
    this.#flags = flags;
    this.#reader = reader;
  }

  extract(): TreeNode {
    const root = this.#node(32 - Math.clz32(this.#count - 1), 0);
    if (this.#hashesUsed < this.#hashes.length) this.#reader.refuse('more hashes than nodes');
    if (Math.ceil(this.#flagsUsed / 8) !== this.#flags.length) this.#reader.refuse('more flags than nodes');
    while (this.#flagsUsed % 8 !== 0) if (this.#flag()) this.#reader.refuse('padding that is not zero');
    return root;
  }

  #node(level: number, position: number): TreeNode {
    const leadsToMatch = this.#flag();
    if (level === 0 || !leadsToMatch) {
      const hash = this.#hash();
      const path = { index: position, siblings: [] };
      return { hash, matches: leadsToMatch ? [{ txid: hashToText(hash), path }] : [] };
    }
    const left = this.#node(level - 1, 2 * position);
    // The last of an odd number is its own partner.
    if (2 * position + 1 >= this.#width(level - 1)) {
      return { hash: pair(left.hash, left.hash), matches: beside(left, left.hash) };
    }
    const right = this.#node(level - 1, 2 * position + 1);
    if (equalBytesVartime(left.hash, right.hash)) this.#reader.refuse('two equal halves');
    const matches = [...beside(left, right.hash), ...beside(right, left.hash)];
    return { hash: pair(left.hash, right.hash), matches };
  }

  #width(level: number): number {
    return Math.ceil(this.#count / 2 ** level);
  }

  #flag(): boolean {
    const byte = this.#flags[this.#flagsUsed >>> 3] ?? this.#reader.refuse('fewer flags than nodes');
    const flag = (byte >>> (this.#flagsUsed & 7)) & 1;
    this.#flagsUsed += 1;
    return flag === 1;
  }

  #hash(): Uint8Array {
    const hash = this.#hashes[this.#hashesUsed] ?? this.#reader.refuse('fewer hashes than nodes');
    this.#hashesUsed += 1;
    return hash;
  }
}

function pair(left: Uint8Array, right: Uint8Array): Uint8Array {
  return Uint8Array.from(sha256d(concatBytes(left, right)));
}

function beside({ matches }: TreeNode, sibling: Uint8Array): readonly MatchedTransaction[] {
  return matches.map(({ txid, path: { index, siblings } }) => ({
    txid,
    path: { index, siblings: [...siblings, sibling] },
  }));
}
