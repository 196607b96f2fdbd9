import { largestPowerOfTwoBelow, type SubtreeHashes } from './subtree-hashes.ts';

/**
 * PATH(index, D[size]) of RFC 6962, section 2.1.1: the hashes that lead from a leaf to the root, leaf side first.
 * `index` must be below `size`.
 */
export function inclusionProof(hashes: SubtreeHashes, index: number, size: number): Uint8Array[] {
  return path(hashes, index, 0, size);
}

function path(hashes: SubtreeHashes, index: number, start: number, end: number): Uint8Array[] {
  if (end - start === 1) return [];
  const middle = start + largestPowerOfTwoBelow(end - start);
  return index < middle
    ? [...path(hashes, index, start, middle), hashes.range(middle, end)]
    : [...path(hashes, index, middle, end), hashes.range(start, middle)];
}
