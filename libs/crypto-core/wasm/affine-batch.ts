import { feMul, feSqr } from './field-multiply';
import { feInv } from './field-power';
import { feAdd, feCopy, feIsZero, feMulInt, feNegate, feNormalizeWeak } from './field';
import { affineIsInfinity, affineSetInfinity, AFFINE_BYTES } from './group';

/**
 * Additions of affine points that share one inversion (Montgomery's trick): an addition then costs five multiplications
 * and a square, half of what one into a Jacobian point does. Additions are queued and carried out together; so no queued
 * addition may read what another one writes. Coordinates have magnitude 1.
 */

/** Additions that share an inversion at most: few enough for the queue to stay in the second-level cache. */
const CAPACITY: usize = 1024;

/** An addition in the queue: where the sum goes, the two points, the denominator and the product of all before it. */
const DENOMINATOR: usize = 16;
const PREFIX: usize = 56;
const ENTRY_BYTES: usize = 96;

/** Bytes of the queue. */
export const BATCH_BYTES: usize = (CAPACITY + 1) * ENTRY_BYTES;

let queue: usize = 0;
let next: usize = 0;
let end: usize = 0;

const inverse: usize = memory.data(40, 8);
const slope: usize = memory.data(40, 8);
const t: usize = memory.data(40, 8);
const x: usize = memory.data(40, 8);

/** Starts a queue in {@link BATCH_BYTES} bytes at `address`. */
export function batchStart(address: usize): void {
  queue = address;
  next = queue;
  end = queue + CAPACITY * ENTRY_BYTES;
  setOne(next + PREFIX);
}

function setOne(element: usize): void {
  memory.fill(element, 0, 40);
  store<u32>(element, 1);
}

/** Queues sum = a + b; `sum` may be `a` or `b`. Every point is taken, infinity, equal and opposite points included. */
export function batchAdd(sum: usize, a: usize, b: usize): void {
  if (affineIsInfinity(a)) {
    memory.copy(sum, b, AFFINE_BYTES);
    return;
  }
  if (affineIsInfinity(b)) {
    memory.copy(sum, a, AFFINE_BYTES);
    return;
  }
  const denominator = next + DENOMINATOR;
  feNegate(denominator, a, 1);
  feAdd(denominator, denominator, b);
  if (feIsZero(denominator)) {
    feNegate(denominator, a + 40, 1);
    feAdd(denominator, denominator, b + 40);
    if (!feIsZero(denominator)) {
      affineSetInfinity(sum);
      return;
    }
    // The same point twice: the tangent's slope is 3 x^2 / 2 y.
    feAdd(denominator, a + 40, a + 40);
    b = a;
  }
  store<u32>(next, sum as u32);
  store<u32>(next, a as u32, 4);
  store<u32>(next, b as u32, 8);
  feMul(next + ENTRY_BYTES + PREFIX, next + PREFIX, denominator);
  next += ENTRY_BYTES;
  if (next === end) batchFlush();
}

/** Carries out what is queued. */
export function batchFlush(): void {
  if (next === queue) return;
  feInv(inverse, next + PREFIX);
  while (next !== queue) {
    next -= ENTRY_BYTES;
    feMul(slope, inverse, next + PREFIX);
    feMul(inverse, inverse, next + DENOMINATOR);
    addWithInverse(load<u32>(next) as usize, load<u32>(next, 4) as usize, load<u32>(next, 8) as usize);
  }
}

/** The addition whose denominator's inverse stands in `slope`. */
function addWithInverse(sum: usize, a: usize, b: usize): void {
  if (a === b) {
    feSqr(t, a);
    feMulInt(t, t, 3);
  } else {
    feNegate(t, a + 40, 1);
    feAdd(t, t, b + 40);
  }
  feMul(slope, slope, t);
  // x' = slope^2 - xa - xb and y' = slope (xa - x') - ya.
  feSqr(t, slope);
  feAdd(x, a, b);
  feNegate(x, x, 2);
  feAdd(x, x, t);
  feNormalizeWeak(x);
  feNegate(t, x, 1);
  feAdd(t, t, a);
  feMul(t, t, slope);
  feNegate(slope, a + 40, 1);
  feAdd(t, t, slope);
  feNormalizeWeak(t);
  feCopy(sum, x);
  feCopy(sum + 40, t);
}
