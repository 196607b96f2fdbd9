import { BATCH_BYTES, batchStart } from './affine-batch';
import { arenaReset, arenaTake, MAXIMUM_COUNT } from './arena';
import { feAdd, feIsOdd, feNegate, feNormalize } from './field';
import { feGetB32, feSetB32 } from './field-bytes';
import { feMul, feSqr } from './field-multiply';
import { feSqrt } from './field-power';
import { AFFINE_BYTES, affineIsInfinity } from './group';
import { sumGroups } from './group-sums';
import { IO } from './io';

/** Lists of encoded points: compressed ones become affine, affine ones are summed. */

/** 02 or 03 for an even or odd y, then x (SEC 1 section 2.3.3); x || y. Both big-endian. */
const COMPRESSED_BYTES: usize = 33;
const ENCODED_BYTES: usize = 64;

const x: usize = memory.data(40, 8);
const y: usize = memory.data(40, 8);
const right: usize = memory.data(40, 8);
const seven: usize = memory.data<u32>([7, 0, 0, 0, 0, 0, 0, 0, 0, 0], 8);

/** The one group that all points are summed in. */
const start: usize = memory.data(4, 4);
const length: usize = memory.data(4, 4);

let list: usize = 0;

/**
 * Makes room for `count` points.
 *
 * @returns where they are written, 64 bytes for each; 0 where there are too many or the memory cannot
 *   grow
 */
export function reservePoints(count: usize): usize {
  if (count > MAXIMUM_COUNT) return 0;
  if (!arenaReset(count * (ENCODED_BYTES + AFFINE_BYTES) + BATCH_BYTES + 64)) return 0;
  list = arenaTake(count * ENCODED_BYTES);
  return list;
}

/**
 * Decodes in place: the points stand as 33 bytes each, compressed, at the end of the room for `count` points, and are
 * replaced by 64 bytes each from its start.
 *
 * @returns how many were decoded before one that is no point of the curve, or `count`
 */
export function decodePoints(count: usize): usize {
  const compressed = list + count * (ENCODED_BYTES - COMPRESSED_BYTES);
  for (let i: usize = 0; i < count; i++) {
    // What is written ends where what is yet to be read begins, at the earliest.
    if (!decodePoint(list + i * ENCODED_BYTES, compressed + i * COMPRESSED_BYTES)) return i;
  }
  return count;
}

function decodePoint(encoded: usize, compressed: usize): bool {
  const prefix = load<u8>(compressed);
  if ((prefix !== 2 && prefix !== 3) || !feSetB32(x, compressed + 1)) return false;
  feSqr(right, x);
  feMul(right, right, x);
  feAdd(right, right, seven);
  if (!feSqrt(y, right)) return false;
  feNormalize(y);
  if (feIsOdd(y) !== ((prefix & 1) !== 0)) {
    feNegate(y, y, 1);
    feNormalize(y);
  }
  feGetB32(encoded, x);
  feGetB32(encoded + 32, y);
  return true;
}

/**
 * The sum of the `count` points, at least one, that stand in their room as 64 bytes each, to IO: 64 bytes.
 *
 * @returns 0 where it is at infinity, 1 where it is not
 */
export function sumPoints(count: usize): i32 {
  const points = arenaTake(count * AFFINE_BYTES);
  for (let i: usize = 0; i < count; i++) {
    feSetB32(points + i * AFFINE_BYTES, list + i * ENCODED_BYTES);
    feSetB32(points + i * AFFINE_BYTES + 40, list + i * ENCODED_BYTES + 32);
  }
  store<u32>(start, points as u32);
  store<u32>(length, count as u32);
  batchStart(arenaTake(BATCH_BYTES));
  sumGroups(start, length, 1);
  return writeAffine(points);
}

/** Writes an affine point of magnitude 1 to IO, normalised. */
export function writeAffine(point: usize): i32 {
  if (affineIsInfinity(point)) return 0;
  feNormalize(point);
  feNormalize(point + 40);
  feGetB32(IO, point);
  feGetB32(IO + 32, point + 40);
  return 1;
}
