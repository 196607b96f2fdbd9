import {
  feAdd,
  feCopy,
  feHalf,
  feIsOdd,
  feIsZero,
  feMulInt,
  feNegate,
  feNormalize,
  feSetInt,
  WORD,
} from './field';
import { feGetB32, feSetB32 } from './field-bytes';
import { feSetConstant } from './field-constant';
import { feMul, feSqr } from './field-multiply';
import { feInv, feIsSquare, feSqrt } from './field-power';
import { IO } from './io';

/**
 * XSwiftEC and its inverse, the map under ElligatorSwift (BIP324, "ElligatorSwift encoding of curve X coordinates", after
 * Chávez-Saab, Rodríguez-Henríquez and Tibouchi, 2022). Public data only. "The" square root of BIP324 is the one that is
 * a square itself, which is what raising to (p + 1) / 4 gives, as `feSqrt` does.
 */

const u: usize = memory.data(40, 8);
const t: usize = memory.data(40, 8);
const x: usize = memory.data(40, 8);
const y: usize = memory.data(40, 8);
const c: usize = memory.data(40, 8);
const v: usize = memory.data(40, 8);
const s: usize = memory.data(40, 8);
const w: usize = memory.data(40, 8);
const r: usize = memory.data(40, 8);
const uCubedPlus7: usize = memory.data(40, 8);
const tSquared: usize = memory.data(40, 8);
const sum: usize = memory.data(40, 8);
const threeUSquaredTSquared: usize = memory.data(40, 8);
const inverse: usize = memory.data(40, 8);
const ratio: usize = memory.data(40, 8);
const temporary: usize = memory.data(40, 8);
const seven: usize = memory.data(40, 8);
const candidate: usize = memory.data(40, 8);

/** The low 64 bits of p. */
const P_LOW: u64 = 0xfffffffefffffc2f;

/** r = 32 bytes, big-endian, modulo p; normalised. */
function setReduced(result: usize, bytes: usize): void {
  if (feSetB32(result, bytes)) return;
  // From p up to 2^256 there are 2^32 + 977 numbers: what is left of them takes two words.
  const excess = bswap<u64>(load<u64>(bytes, 24)) - P_LOW;
  memory.fill(result, 0, 40);
  store<u32>(result, (excess & WORD) as u32);
  store<u32>(result, (excess >> 26) as u32, 4);
}

/** c = the square root of -3 that is itself a square (BIP324). */
function setC(): void {
  feSetConstant(c, 0x0a2d2ba93507f1df, 0x233770c2a797962c, 0xc61f6d15da14ecd4, 0x7d8d27ae1cd5f852);
}

/** result = a^3 + 7, for a magnitude of at most 8; magnitude 2. `result` is not `a`. */
function cubePlus7(result: usize, a: usize): void {
  feSqr(result, a);
  feMul(result, result, a);
  feSetInt(seven, 7);
  feAdd(result, result, seven);
}

/** Whether x, of magnitude at most 8, is the x coordinate of a point; y is then a y of it. */
function liftX(coordinate: usize): bool {
  cubePlus7(candidate, coordinate);
  return feSqrt(y, candidate);
}

/**
 * x = XSwiftEC(u, t), and y = that of its two y which is even.
 *
 * IO: u in 0 to 31 and t in 32 to 63, any bytes; x in 64 to 95 and y in 96 to 127. All big-endian.
 */
export function ellswiftDecode(): void {
  setReduced(u, IO);
  setReduced(t, IO + 32);
  if (feIsZero(u)) feSetInt(u, 1);
  if (feIsZero(t)) feSetInt(t, 1);
  cubePlus7(uCubedPlus7, u);
  feSqr(tSquared, t);
  feAdd(sum, uCubedPlus7, tSquared);
  if (feIsZero(sum)) {
    // With 2 t for t the sum is 3 t^2, which is not zero.
    feMulInt(tSquared, tSquared, 4);
    feAdd(sum, uCubedPlus7, tSquared);
  }

  // With X = (u^3 + 7 - t^2) / (2 t) and Y = (X + t) / (c u), where c^2 = -3:
  // 4 Y^2 = -(u^3 + 7 + t^2)^2 / (3 u^2 t^2) and X / Y = c u (u^3 + 7 - t^2) / (u^3 + 7 + t^2). One inverse does for both.
  feSqr(threeUSquaredTSquared, u);
  feMul(threeUSquaredTSquared, threeUSquaredTSquared, tSquared);
  feMulInt(threeUSquaredTSquared, threeUSquaredTSquared, 3);
  feMul(inverse, threeUSquaredTSquared, sum);
  feInv(inverse, inverse);

  // u + 4 Y^2
  feSqr(temporary, sum);
  feMul(temporary, temporary, sum);
  feMul(temporary, temporary, inverse);
  feNegate(temporary, temporary, 1);
  feAdd(x, u, temporary);
  if (!liftX(x)) {
    setC();
    feNegate(temporary, tSquared, 4);
    feAdd(temporary, temporary, uCubedPlus7);
    feMul(ratio, c, u);
    feMul(ratio, ratio, temporary);
    feMul(ratio, ratio, inverse);
    feMul(ratio, ratio, threeUSquaredTSquared);
    // (-X / Y - u) / 2
    feAdd(x, ratio, u);
    feNegate(x, x, 2);
    feHalf(x, x);
    if (!liftX(x)) {
      // (X / Y - u) / 2, which is the one that is left
      feNegate(x, u, 1);
      feAdd(x, x, ratio);
      feHalf(x, x);
      liftX(x);
    }
  }
  feNormalize(y);
  if (feIsOdd(y)) {
    feNegate(y, y, 1);
    feNormalize(y);
  }
  feNormalize(x);
  feGetB32(IO + 64, x);
  feGetB32(IO + 96, y);
}

/**
 * t = XSwiftECInv(x, u, case), with which (u, t) encodes x.
 *
 * IO: x, of a point, in 0 to 31 and u in 32 to 63; t in 64 to 95. All big-endian.
 *
 * @param option the case of BIP324, 0 to 7
 * @returns false where there is no such t, and where u is not in 1 to p - 1
 */
export function ellswiftEncode(option: i32): bool {
  if (!feSetB32(x, IO) || !feSetB32(u, IO + 32) || feIsZero(u)) return false;
  const found = (option & 2) === 0 ? findByX() : findByDifference((option & 1) !== 0);
  if (!found) return false;

  // w (u (1 - c) / 2 + v) or w (u (1 + c) / 2 + v), the sign of w as the case has it
  setC();
  feSetInt(temporary, 1);
  if ((option & 1) === 0) feNegate(c, c, 1);
  feAdd(temporary, temporary, c);
  feMul(temporary, temporary, u);
  feHalf(temporary, temporary);
  feAdd(temporary, temporary, v);
  feMul(temporary, temporary, w);
  const negative = (option & 5) === 0 || (option & 5) === 5;
  if (negative) feNegate(temporary, temporary, 1);
  feNormalize(temporary);
  feGetB32(IO + 64, temporary);
  return true;
}

/** Cases 0, 1, 4, 5: v = x and w^2 = s = -(u^3 + 7) / (u^2 + u v + v^2). */
function findByX(): bool {
  feAdd(temporary, x, u);
  feNegate(temporary, temporary, 2);
  cubePlus7(candidate, temporary);
  if (feIsSquare(candidate)) return false;
  feCopy(v, x);
  // (u + v)^2 - u v = u^2 + u v + v^2. Where this is zero, -x - u has the cube of x and was refused above.
  feAdd(s, u, v);
  feSqr(s, s);
  feMul(temporary, u, v);
  feNegate(temporary, temporary, 1);
  feAdd(s, s, temporary);
  feInv(s, s);
  cubePlus7(uCubedPlus7, u);
  feMul(s, s, uCubedPlus7);
  feNegate(s, s, 1);
  return feSqrt(w, s);
}

/** Cases 2, 3, 6, 7: w^2 = s = x - u and v = (r / s - u) / 2, where r^2 = -s (4 (u^3 + 7) + 3 u^2 s). */
function findByDifference(isOddCase: bool): bool {
  feNegate(s, u, 1);
  feAdd(s, s, x);
  if (feIsZero(s) || !feSqrt(w, s)) return false;
  cubePlus7(uCubedPlus7, u);
  feSqr(temporary, u);
  feMul(temporary, temporary, s);
  feMulInt(temporary, temporary, 3);
  feMulInt(uCubedPlus7, uCubedPlus7, 4);
  feNormalize(uCubedPlus7);
  feAdd(temporary, temporary, uCubedPlus7);
  feMul(temporary, temporary, s);
  feNegate(temporary, temporary, 1);
  if (!feSqrt(r, temporary)) return false;
  if (isOddCase && feIsZero(r)) return false;
  feInv(temporary, s);
  feMul(v, r, temporary);
  feNegate(temporary, u, 1);
  feAdd(v, v, temporary);
  feHalf(v, v);
  return true;
}
