import { feMul, feSqr } from './field-multiply';
import { feInv } from './field-power';
import { feAdd, feCopy, feHalf, feIsZero, feMulInt, feNegate, feNormalize, feSetInt } from './field';

/**
 * Points of secp256k1, y^2 = x^3 + 7 (SEC 2 section 2.4.1). An affine point is two elements x, y; at infinity all words of
 * y are zero, which no point of the curve has because its order is odd. A Jacobian point is three elements X, Y, Z and
 * stands for (X / Z^2, Y / Z^3); at infinity Z is zero. Every function here takes and gives magnitudes of at most 4 for
 * x, y, X and Y and 1 for Z, and takes every point, infinity, equal and opposite points included.
 */

/** Bytes of an affine point and of a Jacobian one. */
export const AFFINE_BYTES: usize = 80;
const JACOBIAN_BYTES: usize = 120;

const zz: usize = memory.data(40, 8);
const u1: usize = memory.data(40, 8);
const u2: usize = memory.data(40, 8);
const s1: usize = memory.data(40, 8);
const s2: usize = memory.data(40, 8);
const h: usize = memory.data(40, 8);
const r: usize = memory.data(40, 8);
const t: usize = memory.data(40, 8);
const v: usize = memory.data(40, 8);

/** Whether an affine point is at infinity. */
export function affineIsInfinity(p: usize): bool {
  if (load<u64>(p, 40) !== 0) return false;
  return (load<u64>(p, 48) | load<u64>(p, 56) | load<u64>(p, 64) | load<u64>(p, 72)) === 0;
}

/** p = infinity. */
export function affineSetInfinity(p: usize): void {
  memory.fill(p, 0, AFFINE_BYTES);
}

/** p = infinity. */
export function pointSetInfinity(p: usize): void {
  memory.fill(p, 0, JACOBIAN_BYTES);
}

/** Whether a Jacobian point is at infinity. */
export function pointIsInfinity(p: usize): bool {
  return feIsZero(p + 80);
}

/** p = q, a Jacobian point. */
function pointCopy(p: usize, q: usize): void {
  memory.copy(p, q, JACOBIAN_BYTES);
}

/** p = the affine point (x, y). */
function pointSetAffine(p: usize, x: usize, y: usize): void {
  feCopy(p, x);
  feCopy(p + 40, y);
  feSetInt(p + 80, 1);
}

/** p = 2 a, Jacobian. A point at infinity keeps Z = 0. */
export function pointDouble(p: usize, a: usize): void {
  // With the slope l = 3 X^2 / 2 for Z' = Y Z: X' = l^2 - 2 X Y^2 and Y' = l (X Y^2 - X') - Y^4.
  feSqr(s1, a + 40);
  feMul(p + 80, a + 40, a + 80);
  feSqr(t, a);
  feMulInt(t, t, 3);
  feHalf(t, t);
  feNegate(u1, s1, 1);
  feMul(u1, a, u1);
  feSqr(v, t);
  feAdd(v, v, u1);
  feAdd(p, v, u1);
  feAdd(u1, p, u1);
  feMul(t, t, u1);
  feSqr(s1, s1);
  feAdd(t, t, s1);
  feNegate(p + 40, t, 2);
}

/** p = a + (x, y), for a Jacobian a and an affine point that is not at infinity. */
export function pointAddAffine(p: usize, a: usize, x: usize, y: usize): void {
  if (pointIsInfinity(a)) {
    pointSetAffine(p, x, y);
    return;
  }
  feSqr(zz, a + 80);
  feMul(u2, x, zz);
  feMul(s2, y, zz);
  feMul(s2, s2, a + 80);
  feNegate(h, a, 4);
  feAdd(h, h, u2);
  feNegate(r, s2, 1);
  feAdd(r, r, a + 40);
  if (feIsZero(h)) {
    addSameX(p, a);
    return;
  }
  feMul(p + 80, a + 80, h);
  finishAddition(p, a, a + 40);
}

/** p = a + b, Jacobian. */
export function pointAdd(p: usize, a: usize, b: usize): void {
  if (pointIsInfinity(a)) {
    pointCopy(p, b);
    return;
  }
  if (pointIsInfinity(b)) {
    pointCopy(p, a);
    return;
  }
  feSqr(zz, b + 80);
  feMul(u1, a, zz);
  feMul(s1, a + 40, zz);
  feMul(s1, s1, b + 80);
  feSqr(zz, a + 80);
  feMul(u2, b, zz);
  feMul(s2, b + 40, zz);
  feMul(s2, s2, a + 80);
  feNegate(h, u1, 1);
  feAdd(h, h, u2);
  feNegate(r, s2, 1);
  feAdd(r, r, s1);
  if (feIsZero(h)) {
    addSameX(p, a);
    return;
  }
  feMul(t, a + 80, b + 80);
  feMul(p + 80, t, h);
  finishAddition(p, u1, s1);
}

/** The sum of two points with the same x: twice the one when r, the difference of their y, is zero, else infinity. */
function addSameX(p: usize, a: usize): void {
  if (feIsZero(r)) pointDouble(p, a);
  else pointSetInfinity(p);
}

/**
 * X = r^2 - h^3 - 2 u h^2 and Y = r (X - u h^2) - s h^3, for h the difference of the points' x, r that of their y (the
 * first less the second) and u, s the x and y of the first, all over the common denominator.
 */
function finishAddition(p: usize, u: usize, s: usize): void {
  // -h^2, -h^3 and -u h^2, so that all that follows are sums.
  feSqr(t, h);
  feNegate(t, t, 1);
  feMul(v, u, t);
  feMul(h, h, t);
  feMul(u2, s, h);
  feSqr(t, r);
  feAdd(t, t, h);
  feAdd(t, t, v);
  feAdd(p, t, v);
  feAdd(v, v, p);
  feMul(v, v, r);
  feAdd(p + 40, v, u2);
}

/** The affine form of a, normalised. At infinity the inverse of Z is zero, and so is y. */
export function pointToAffine(p: usize, a: usize): void {
  feInv(t, a + 80);
  feSqr(zz, t);
  feMul(p, a, zz);
  feMul(zz, zz, t);
  feMul(p + 40, a + 40, zz);
  feNormalize(p);
  feNormalize(p + 40);
}
