import { largestPowerOfTwoBelow, type SubtreeHashes } from './subtree-hashes.ts';

/**
 * PROOF(from, D[to]) of RFC 6962, section 2.1.2: that the tree of `to` leaves continues the one of `from`.
 * Empty when `from` is 0 or `to`; `from` must not be above `to`.
 */
export async function consistencyProof(
  hashes: SubtreeHashes,
  from: number,
  to: number,
): Promise<Uint8Array[]> {
  return from === 0 || from === to ? [] : subproof(hashes, from, 0, to, true);
}

/** SUBPROOF: `known` says that the old tree ends where this subtree starts to be shared, so its root is known. */
async function subproof(
  hashes: SubtreeHashes,
  from: number,
  start: number,
  end: number,
  known: boolean,
): Promise<Uint8Array[]> {
  if (from === end) return known ? [] : [await hashes.range(start, end)];
  const middle = start + largestPowerOfTwoBelow(end - start);
  return from <= middle
    ? [...(await subproof(hashes, from, start, middle, known)), await hashes.range(middle, end)]
    : [...(await subproof(hashes, from, middle, end, false)), await hashes.range(start, middle)];
}
