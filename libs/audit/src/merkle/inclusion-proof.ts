import { largestPowerOfTwoBelow, type SubtreeHashes } from './subtree-hashes.ts';

/**
 * PATH(index, D[size]) of RFC 6962, section 2.1.1: the hashes that lead from a leaf to the root, leaf side first.
 * `index` must be below `size`.
 */
export async function inclusionProof(
  hashes: SubtreeHashes,
  index: number,
  size: number,
): Promise<Uint8Array[]> {
  return path(hashes, index, 0, size);
}

async function path(hashes: SubtreeHashes, index: number, start: number, end: number): Promise<Uint8Array[]> {
  if (end - start === 1) return [];
  const middle = start + largestPowerOfTwoBelow(end - start);
  return index < middle
    ? [...(await path(hashes, index, start, middle)), await hashes.range(middle, end)]
    : [...(await path(hashes, index, middle, end)), await hashes.range(start, middle)];
}
