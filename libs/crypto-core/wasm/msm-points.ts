import { feSetB32 } from './field-bytes';
import { feMul } from './field-multiply';
import { HALF_BYTES, scalarIsReduced, scalarSplit } from './scalar';

/**
 * The terms of a sum: a term is a point P with the halves k1 and k2 of its scalar. A point is kept as x, y and beta x, so
 * that P is (x, y) and lambda P is (beta x, y). Half 2 i belongs to P of term i, half 2 i + 1 to its lambda P.
 */

/** Bytes of a point. */
export const POINT_BYTES: usize = 120;
/** Bytes of a term where it comes in: a scalar and an affine point x || y, all big-endian. */
export const TERM_BYTES: usize = 96;

/** A primitive cube root of one modulo p: (beta x, y) is lambda (x, y). */
const BETA: usize = memory.data<u32>(
  [
    0x19501ee, 0x25b0a1c, 0x0995c13, 0x1d44bd6, 0x19cf049, 0x30d0d3a, 0x24479ea, 0x01c41b9, 0x22b657c,
    0x01eba5a,
  ],
  8,
);

/** r = beta x. */
export function multiplyByBeta(r: usize, x: usize): void {
  feMul(r, x, BETA);
}

/**
 * Reads `count` terms: first all scalars, then all points.
 *
 * @param halves takes 2 count magnitudes, HALF_BYTES each
 * @param signs takes 2 count bytes: 1 where the half is negative
 * @returns the index of the first term whose scalar is n or more, or `count`
 */
export function readTerms(terms: usize, count: usize, points: usize, halves: usize, signs: usize): usize {
  const affine = terms + 32 * count;
  for (let i: usize = 0; i < count; i++) {
    const scalar = terms + 32 * i;
    if (!scalarIsReduced(scalar)) return i;
    const half = halves + 2 * i * HALF_BYTES;
    const negative = scalarSplit(half, half + HALF_BYTES, scalar);
    store<u8>(signs + 2 * i, negative & 1);
    store<u8>(signs + 2 * i, negative >> 1, 1);
    const point = points + i * POINT_BYTES;
    feSetB32(point, affine + 64 * i);
    feSetB32(point + 40, affine + 64 * i + 32);
    multiplyByBeta(point + 80, point);
  }
  return count;
}
