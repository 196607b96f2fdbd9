import { LogError } from '../log-error.ts';
import { consistencyProof } from './consistency-proof.ts';
import type { SubtreeHashes } from './subtree-hashes.ts';

/**
 * RFC 6962 proof, hashes of 32 bytes, that one tree continues its own first `from` leaves.
 *
 * @throws LogError `index-out-of-range` where the tree has fewer
 */
export type ConsistencyProver = (from: number) => Promise<readonly Uint8Array[]>;

/** Proves the growth of the tree of `to` leaves. */
export function consistencyProver(hashes: SubtreeHashes, to: number): ConsistencyProver {
  return async (from) => {
    if (!Number.isSafeInteger(from) || from < 0 || from > to) {
      throw new LogError('index-out-of-range', 'the log has no such tree size', {
        value: String(from),
        limit: `0 to ${to}`,
      });
    }
    // Copies, because the hashes are views of tiles that later proofs are made from.
    return (await consistencyProof(hashes, from, to)).map((hash) => new Uint8Array(hash));
  };
}
