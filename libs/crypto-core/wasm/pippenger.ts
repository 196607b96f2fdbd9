import { arenaTake } from './arena';
import { feCopy, feNegate, feNormalizeWeak } from './field';
import {
  affineIsInfinity,
  AFFINE_BYTES,
  pointAdd,
  pointAddAffine,
  pointDouble,
  pointSetInfinity,
} from './group';
import { sumGroups } from './group-sums';
import { POINT_BYTES } from './msm-points';
import { HALF_BYTES } from './scalar';

/**
 * Pippenger's bucket method. Halves are written in digits of -2^(c - 1) to 2^(c - 1) - 1; at each position the points
 * with the same digit, up to its sign, are summed in one bucket, and the buckets are summed with their digits as weights.
 */

/** Points that are in buckets at one time, unless one position alone needs more: they fit a second-level cache. */
const SLOTS: usize = 16384;

const running: usize = memory.data(120, 8);
const total: usize = memory.data(120, 8);
const offset: usize = memory.data(24, 8);

let points: usize = 0;
let halves: usize = 0;
let signs: usize = 0;
let halfCount: usize = 0;
let width: u32 = 0;
let buckets: usize = 0;
let slots: usize = 0;
let starts: usize = 0;
let counts: usize = 0;
let cursors: usize = 0;

/** How many digits of `c` bits a half has: its 128 bits and, above them, what the signs of the digits carry. */
function positionsFor(c: u32): u32 {
  return 128 / c + 1;
}

/** How many positions are summed at one time. */
function positionsTogether(count: usize, c: u32): u32 {
  const fitting = (SLOTS / (2 * count)) as u32;
  return max<u32>(1, min<u32>(fitting, positionsFor(c)));
}

/** Bytes of the arena that {@link pippenger} takes. */
export function pippengerBytes(count: usize, c: u32): usize {
  const together = positionsTogether(count, c) as usize;
  return together * (2 * count * AFFINE_BYTES + 12 * ((<usize>1) << (c - 1))) + 64;
}

/** p = the sum of all `count` terms, Jacobian, by digits of `c` bits, 4 to 16. The halves are used up. */
export function pippenger(
  p: usize,
  count: usize,
  c: u32,
  _points: usize,
  _halves: usize,
  _signs: usize,
): void {
  points = _points;
  halves = _halves;
  signs = _signs;
  halfCount = 2 * count;
  width = c;
  buckets = (<usize>1) << (c - 1);
  const positions = positionsFor(c);
  const together = positionsTogether(count, c);
  const groups = (together as usize) * buckets;
  slots = arenaTake((together as usize) * halfCount * AFFINE_BYTES);
  starts = arenaTake(4 * groups);
  counts = arenaTake(4 * groups);
  cursors = arenaTake(4 * groups);

  offsetHalves(positions);
  pointSetInfinity(p);
  for (let top = positions; top > 0;) {
    const first = top > together ? top - together : 0;
    fillBuckets(first, top);
    sumGroups(starts, counts, ((top - first) as usize) * buckets);
    while (top > first) {
      top -= 1;
      for (let i: u32 = 0; i < width; i++) pointDouble(p, p);
      addPosition(p, top - first);
    }
  }
}

/**
 * Adds 2^(c - 1) at every position, once. A digit is then c bits of the sum less 2^(c - 1), and none depends on the
 * others.
 */
function offsetHalves(positions: u32): void {
  memory.fill(offset, 0, 24);
  for (let position: u32 = 0; position < positions; position++) {
    const bit = position * width + width - 1;
    const word = offset + ((bit >> 6) << 3);
    store<u64>(word, load<u64>(word) | ((<u64>1) << (bit & 63)));
  }
  for (let half = halves; half < halves + halfCount * HALF_BYTES; half += HALF_BYTES) {
    const low = load<u64>(half) + load<u64>(offset);
    let carry = (low < load<u64>(offset)) as u64;
    const middle = load<u64>(half, 8) + carry;
    carry = (middle < carry) as u64;
    const sum = middle + load<u64>(offset, 8);
    carry += (sum < middle) as u64;
    store<u64>(half, low);
    store<u64>(half, sum, 8);
    store<u64>(half, load<u64>(offset, 16) + carry, 16);
  }
}

function digitOf(half: usize, position: u32): i32 {
  const bit = position * width;
  const window = load<u32>(half + (bit >> 3)) >> (bit & 7);
  return ((window & ((1 << width) - 1)) as i32) - (1 << (width - 1));
}

/** Sorts the points into the buckets of the positions from `first` to below `end`. */
function fillBuckets(first: u32, end: u32): void {
  const groups = ((end - first) as usize) * buckets;
  memory.fill(counts, 0, 4 * groups);
  for (let i: usize = 0; i < halfCount; i++) {
    for (let position = first; position < end; position++) {
      const digit = digitOf(halves + i * HALF_BYTES, position);
      if (digit === 0) continue;
      const count = counts + 4 * groupOf(digit, position - first);
      store<u32>(count, load<u32>(count) + 1);
    }
  }
  let slot = slots;
  for (let group: usize = 0; group < groups; group++) {
    store<u32>(starts + 4 * group, slot as u32);
    store<u32>(cursors + 4 * group, slot as u32);
    slot += (load<u32>(counts + 4 * group) as usize) * AFFINE_BYTES;
  }
  for (let i: usize = 0; i < halfCount; i++) {
    for (let position = first; position < end; position++) {
      const digit = digitOf(halves + i * HALF_BYTES, position);
      if (digit === 0) continue;
      const cursor = cursors + 4 * groupOf(digit, position - first);
      const to = load<u32>(cursor) as usize;
      store<u32>(cursor, (to + AFFINE_BYTES) as u32);
      copyPoint(to, i, digit < 0);
    }
  }
}

function groupOf(digit: i32, position: u32): usize {
  return (position as usize) * buckets + (abs(digit) as usize) - 1;
}

/** The point of half i, with the sign of the half, and negated once more where the digit is negative. */
function copyPoint(to: usize, i: usize, negated: bool): void {
  const point = points + (i >> 1) * POINT_BYTES;
  feCopy(to, (i & 1) === 0 ? point : point + 80);
  if ((load<u8>(signs + i) !== 0) === negated) {
    feCopy(to + 40, point + 40);
  } else {
    feNegate(to + 40, point + 40, 1);
    feNormalizeWeak(to + 40);
  }
}

/** p += the sum of the buckets of a position, each times its digit: the running sums from the greatest digit down. */
function addPosition(p: usize, position: u32): void {
  pointSetInfinity(running);
  pointSetInfinity(total);
  for (let bucket = buckets; bucket > 0; bucket--) {
    const group = (position as usize) * buckets + bucket - 1;
    const sum = load<u32>(starts + 4 * group) as usize;
    if (load<u32>(counts + 4 * group) !== 0 && !affineIsInfinity(sum)) {
      pointAddAffine(running, running, sum, sum + 40);
    }
    pointAdd(total, total, running);
  }
  pointAdd(p, p, total);
}
