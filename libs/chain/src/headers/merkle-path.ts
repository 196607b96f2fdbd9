import { concatBytes } from '@noble/hashes/utils.js';
import { ChainError } from '../error/chain-error.ts';
import { equalBytesVartime } from '../transaction/equal-bytes.ts';
import { hashToText, sha256d, txidBytes } from '../transaction/hash-text.ts';

/** How a transaction's id leads to the Merkle root of its block. */
export interface MerklePath {
  /** Position of the transaction in the block, from 0. */
  readonly index: number;
  /** Hashes of 32 bytes, beginning beside the transaction. */
  readonly siblings: readonly Uint8Array[];
}

/**
 * A block weighs at most 4,000,000, and no transaction less than 240: `MAX_BLOCK_WEIGHT` and `MIN_TRANSACTION_WEIGHT`,
 * Bitcoin Core `src/consensus/consensus.h`.
 */
export const MAX_BLOCK_TRANSACTIONS = 16_666;
const MAX_DEPTH = 15;
const HASH_BYTES = 32;

/**
 * The root that a path leads to, as nodes print it.
 *
 * @param txid - as nodes print it
 * @throws ChainError `merkle-proof-malformed` for an index beyond the path, a hash of another length, more than 15 levels,
 *   and for a place that exists only because the last of an odd number is its own partner (CVE-2012-2459)
 */
export function merkleRootOf(txid: string, { index, siblings }: MerklePath): string {
  if (siblings.length > MAX_DEPTH) refuse(`${siblings.length} levels`, `at most ${MAX_DEPTH}`);
  if (!Number.isSafeInteger(index) || index < 0 || index >= 2 ** siblings.length) {
    refuse(`position ${index}`, `0 to ${2 ** siblings.length - 1}`);
  }
  let hash = txidBytes(txid);
  let position = index;
  for (const sibling of siblings) {
    if (sibling.length !== HASH_BYTES) refuse(`a hash of ${sibling.length} bytes`, `${HASH_BYTES} bytes`);
    const isRight = position % 2 === 1;
    if (isRight && equalBytesVartime(sibling, hash)) {
      refuse('a doubled hash on the right', 'one on the left');
    }
    hash = sha256d(isRight ? concatBytes(sibling, hash) : concatBytes(hash, sibling));
    position = Math.floor(position / 2);
  }
  return hashToText(hash);
}

function refuse(value: string, limit: string): never {
  throw new ChainError('merkle-proof-malformed', `a Merkle path with ${value}: ${limit} is wanted`, {
    value,
    limit,
  });
}
