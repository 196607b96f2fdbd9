import { BATCH_BYTES, batchStart } from './affine-batch';
import { arenaReset, arenaTake, MAXIMUM_COUNT } from './arena';
import { pointToAffine } from './group';
import { POINT_BYTES, readTerms, TERM_BYTES } from './msm-points';
import { pippenger, pippengerBytes } from './pippenger';
import { writeAffine } from './points';
import { HALF_BYTES } from './scalar';
import { straus, strausBytes } from './straus';

const sum: usize = memory.data(120, 8);
const affine: usize = memory.data(80, 8);

let terms: usize = 0;

/** Whether Straus's method is the faster one. This threshold and the widths below are measured, on x86-64 and Node 24. */
function isFew(count: usize): bool {
  return count < 40;
}

/** Bits of a digit in Pippenger's method. */
function pippengerWidth(count: usize): u32 {
  if (count < 100) return 5;
  if (count < 256) return 6;
  if (count < 512) return 7;
  if (count < 1536) return 8;
  if (count < 3072) return 9;
  if (count < 12288) return 10;
  return 11;
}

/**
 * Makes room for a sum of `count` terms.
 *
 * @returns where their scalars (32 bytes each) and after them their points (64 bytes each, x || y) are written, all
 *   big-endian; 0 where there are too many or the memory cannot grow
 */
export function reserveTerms(count: usize): usize {
  if (count > MAXIMUM_COUNT) return 0;
  const method = isFew(count) ? strausBytes(count) : pippengerBytes(count, pippengerWidth(count));
  const shared = count * (TERM_BYTES + POINT_BYTES + 2 * HALF_BYTES + 2) + BATCH_BYTES + 128;
  if (!arenaReset(shared + method)) return 0;
  terms = arenaTake(count * TERM_BYTES);
  return terms;
}

/**
 * The sum of scalar times point over the `count` terms that {@link reserveTerms} made room for, to IO: x || y, 64 bytes,
 * big-endian. The points are taken to be on the curve.
 *
 * @returns 0 where the sum is at infinity, 1 where it is not, and -1 - i where the scalar of term i is n or more
 */
export function multiScalarMultiply(count: usize): i32 {
  const points = arenaTake(count * POINT_BYTES);
  const halves = arenaTake(2 * count * HALF_BYTES);
  const signs = arenaTake(2 * count);
  batchStart(arenaTake(BATCH_BYTES));
  const read = readTerms(terms, count, points, halves, signs);
  if (read < count) return -1 - (read as i32);
  if (isFew(count)) straus(sum, count, points, halves, signs);
  else pippenger(sum, count, pippengerWidth(count), points, halves, signs);
  pointToAffine(affine, sum);
  return writeAffine(affine);
}
