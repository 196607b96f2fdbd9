import { decodeAffineVartime, multiplyAffineVartime } from './affine-arithmetic.ts';

/**
 * The sum of scalar times point over all pairs, compressed: a multi-scalar multiplication. **Public data only**: the time
 * depends on scalars and points. Where the same points come again, a `PointTableVartime` decodes them once.
 *
 * @param scalars 32 bytes each, big-endian, below n, zero included
 * @param points 33 bytes each, compressed (SEC 1 section 2.3.3); as many, at most 65,536
 * @returns 33 bytes, or undefined where the sum is the point at infinity, which has no such encoding
 * @throws CryptoError `length-mismatch`, `scalar-out-of-range`, `point-malformed`, `msm-too-large`
 */
export function multiScalarMultiplyVartime(
  scalars: readonly Uint8Array[],
  points: readonly Uint8Array[],
): Uint8Array | undefined {
  const sum = multiplyAffineVartime(scalars, decodeAffineVartime(points));
  if (sum === undefined) return undefined;
  return Uint8Array.of((sum[63] ?? 0) % 2 === 0 ? 2 : 3, ...sum.subarray(0, 32));
}
