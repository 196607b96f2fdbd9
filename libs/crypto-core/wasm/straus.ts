import { batchAdd, batchFlush } from './affine-batch';
import { arenaTake } from './arena';
import { feCopy, feNegate } from './field';
import { AFFINE_BYTES, pointAddAffine, pointDouble, pointIsInfinity, pointSetInfinity } from './group';
import { multiplyByBeta, POINT_BYTES } from './msm-points';
import { HALF_BYTES } from './scalar';

/**
 * Straus's interleaved method. Halves are written in non-adjacent form of width w: digits are odd, below 2^(w - 1) in
 * magnitude, and at least w - 1 zeros stand between two of them. All halves share the doublings.
 */

/** w. */
const WIDTH: u32 = 5;
/** Odd multiples of a point that digits ask for: 1 to 15. */
const MULTIPLES: usize = 8;
/** 2 P, 4 P and 8 P, from which the odd multiples are made. */
const EVEN_MULTIPLES: usize = 3;
/** Digits of a half of 128 bits, with the one that a carry may add. */
const DIGITS: u32 = 129;

const negatedY: usize = memory.data(40, 8);

/** Bytes of the arena that {@link straus} takes. */
export function strausBytes(count: usize): usize {
  return count * (MULTIPLES * (AFFINE_BYTES + 40) + EVEN_MULTIPLES * AFFINE_BYTES + 2 * DIGITS) + 64;
}

/** p = the sum of all `count` terms, Jacobian. */
export function straus(p: usize, count: usize, points: usize, halves: usize, signs: usize): void {
  const table = arenaTake(count * MULTIPLES * AFFINE_BYTES);
  const betaXs = arenaTake(count * MULTIPLES * 40);
  const digits = arenaTake(2 * count * DIGITS);
  makeTable(table, count, points);
  for (let i: usize = 0; i < count * MULTIPLES; i++)
    multiplyByBeta(betaXs + 40 * i, table + AFFINE_BYTES * i);
  memory.fill(digits, 0, 2 * count * DIGITS);
  for (let i: usize = 0; i < 2 * count; i++) {
    writeDigits(digits + i, 2 * count, halves + i * HALF_BYTES, load<u8>(signs + i) !== 0);
  }

  pointSetInfinity(p);
  for (let position = DIGITS; position > 0; position--) {
    if (!pointIsInfinity(p)) pointDouble(p, p);
    const row = digits + ((position - 1) as usize) * 2 * count;
    for (let i: usize = 0; i < 2 * count; i++) {
      const digit = load<i8>(row + i) as i32;
      if (digit === 0) continue;
      const entry = (i >> 1) * MULTIPLES + ((abs(digit) >> 1) as usize);
      const point = table + entry * AFFINE_BYTES;
      const x = (i & 1) === 0 ? point : betaXs + 40 * entry;
      let y = point + 40;
      if (digit < 0) {
        feNegate(negatedY, y, 1);
        y = negatedY;
      }
      pointAddAffine(p, p, x, y);
    }
  }
}

/** Writes the digits of a half, `distance` bytes apart; all are zero before. */
function writeDigits(digits: usize, distance: usize, half: usize, negative: bool): void {
  let carry: u32 = 0;
  let position: u32 = 0;
  while (position < DIGITS) {
    const window = (load<u32>(half + (position >> 3)) >> (position & 7)) & ((1 << WIDTH) - 1);
    if ((window & 1) === carry) {
      position += 1;
      continue;
    }
    const value = window + carry;
    carry = value >> (WIDTH - 1);
    const digit = (value as i32) - ((carry << WIDTH) as i32);
    store<i8>(digits + (position as usize) * distance, (negative ? -digit : digit) as i8);
    position += WIDTH;
  }
}

/** The odd multiples of every point, level by level: a level shares its inversions. */
function makeTable(table: usize, count: usize, points: usize): void {
  const even = arenaTake(count * EVEN_MULTIPLES * AFFINE_BYTES);
  for (let i: usize = 0; i < count; i++) {
    const odd = table + i * MULTIPLES * AFFINE_BYTES;
    feCopy(odd, points + i * POINT_BYTES);
    feCopy(odd + 40, points + i * POINT_BYTES + 40);
    batchAdd(even + i * EVEN_MULTIPLES * AFFINE_BYTES, odd, odd);
  }
  batchFlush();
  // With 2^level P and the odd multiples below it, the sums are the odd multiples up to 2^(level + 1).
  for (let level: usize = 1, known: usize = 1; known < MULTIPLES; level++, known <<= 1) {
    for (let i: usize = 0; i < count; i++) {
      const odd = table + i * MULTIPLES * AFFINE_BYTES;
      const power = even + (i * EVEN_MULTIPLES + level - 1) * AFFINE_BYTES;
      for (let j: usize = 0; j < known; j++) {
        batchAdd(odd + (known + j) * AFFINE_BYTES, odd + j * AFFINE_BYTES, power);
      }
      if (known << 1 < MULTIPLES) batchAdd(power + AFFINE_BYTES, power, power);
    }
    batchFlush();
  }
}
