import { feMul, feSqr } from './field-multiply';
import { feAdd, feCopy, feIsZero, feNegate } from './field';

/** The base of a power, and its powers with an exponent of so many ones in binary. */
const base: usize = memory.data(40, 8);
const ones2: usize = memory.data(40, 8);
const ones3: usize = memory.data(40, 8);
const ones22: usize = memory.data(40, 8);
const ones44: usize = memory.data(40, 8);
const ones88: usize = memory.data(40, 8);
const ones223: usize = memory.data(40, 8);

const square: usize = memory.data(40, 8);
const root: usize = memory.data(40, 8);
const difference: usize = memory.data(40, 8);

/** r = a^(2^count) * b: the exponent of a moves up by `count` binary digits, and that of b stands in them. */
function shiftAndAppend(r: usize, a: usize, count: i32, b: usize): void {
  feSqr(square, a);
  for (let i = 1; i < count; i++) feSqr(square, square);
  feMul(r, square, b);
}

/** Both exponents below begin, in binary, with 223 ones, a zero and 22 ones: makes these two runs of ones. */
function makeOnes(a: usize): void {
  feCopy(base, a);
  shiftAndAppend(ones2, base, 1, base);
  shiftAndAppend(ones3, ones2, 1, base);
  // 6, 9 and 11 on the way to 22.
  shiftAndAppend(ones22, ones3, 3, ones3);
  shiftAndAppend(ones22, ones22, 3, ones3);
  shiftAndAppend(ones22, ones22, 2, ones2);
  shiftAndAppend(ones22, ones22, 11, ones22);
  shiftAndAppend(ones44, ones22, 22, ones22);
  shiftAndAppend(ones88, ones44, 44, ones44);
  // 176 and 220 on the way to 223.
  shiftAndAppend(ones223, ones88, 88, ones88);
  shiftAndAppend(ones223, ones223, 44, ones44);
  shiftAndAppend(ones223, ones223, 3, ones3);
}

/** r = 1 / a, for a magnitude of at most 8; magnitude 1. The inverse of zero is zero. */
export function feInv(r: usize, a: usize): void {
  // a^(p - 2); the digits after the runs are 00001, 011, 01.
  makeOnes(a);
  shiftAndAppend(r, ones223, 23, ones22);
  shiftAndAppend(r, r, 5, base);
  shiftAndAppend(r, r, 3, ones2);
  shiftAndAppend(r, r, 2, base);
}

/**
 * r = a^((p + 1) / 4), for a magnitude of at most 8; magnitude 1, not normalised. As p is 3 modulo 4, that is the square
 * root of a that is a square itself, or of -a where a is no square.
 *
 * @returns whether a is a square
 */
export function feSqrt(r: usize, a: usize): bool {
  // The digits after the runs are 000011, 00.
  makeOnes(a);
  shiftAndAppend(root, ones223, 23, ones22);
  shiftAndAppend(root, root, 6, ones2);
  feSqr(root, root);
  feSqr(r, root);
  feSqr(difference, r);
  feNegate(difference, difference, 1);
  feAdd(difference, difference, base);
  return feIsZero(difference);
}

/** Whether a, of magnitude at most 8, is a square modulo p. Zero is one. */
export function feIsSquare(a: usize): bool {
  return feSqrt(root, a);
}

/** Whether a, of magnitude 1, and b, of magnitude at most 30, are the same modulo p. */
export function feEqual(a: usize, b: usize): bool {
  feNegate(difference, a, 1);
  feAdd(difference, difference, b);
  return feIsZero(difference);
}
