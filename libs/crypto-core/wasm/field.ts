/**
 * The field of secp256k1: integers modulo p = 2^256 - 2^32 - 977 (SEC 2 section 2.4.1). An element is ten 32-bit words
 * in linear memory, least significant first, and stands for the sum of word[i] * 2^(26 i). The words may hold more than
 * 26 bits, so that sums need no carries; how much more is the element's magnitude, which is not stored: whoever writes
 * the code counts it. In magnitude m every word but the last is at most 2 m (2^26 - 1), the last 2 m (2^22 - 1).
 *
 * Every function here takes pointers, may get the same pointer twice, and runs in variable time: public data only.
 */

/** Bytes of an element, whose address need not be aligned. */
const FE_BYTES: usize = 40;

/** The low 26 bits: a full word. */
export const WORD: u64 = 0x3ffffff;
/** The low 22 bits: a full last word, because 9 * 26 + 22 = 256. */
export const LAST_WORD: u64 = 0x3fffff;
/** 2^256 modulo p, as the parts that fall on word 0 and word 1: 977 + 2^6 * 2^26. */
export const FOLD_0: u64 = 0x3d1;
export const FOLD_1: u64 = 0x40;

/** r = a. */
export function feCopy(r: usize, a: usize): void {
  store<u64>(r, load<u64>(a));
  store<u64>(r, load<u64>(a, 8), 8);
  store<u64>(r, load<u64>(a, 16), 16);
  store<u64>(r, load<u64>(a, 24), 24);
  store<u64>(r, load<u64>(a, 32), 32);
}

/** r = value, a small integer below 2^26; magnitude 1, normalised. */
export function feSetInt(r: usize, value: u32): void {
  memory.fill(r, 0, FE_BYTES);
  store<u32>(r, value);
}

/** r = a + b; the magnitudes add up and must not exceed 32. */
export function feAdd(r: usize, a: usize, b: usize): void {
  // Two words at a time: no sum of words leaves 32 bits, so nothing crosses from one half into the other.
  store<u64>(r, load<u64>(a) + load<u64>(b));
  store<u64>(r, load<u64>(a, 8) + load<u64>(b, 8), 8);
  store<u64>(r, load<u64>(a, 16) + load<u64>(b, 16), 16);
  store<u64>(r, load<u64>(a, 24) + load<u64>(b, 24), 24);
  store<u64>(r, load<u64>(a, 32) + load<u64>(b, 32), 32);
}

/** r = factor * a; the magnitude is multiplied by the factor and must not exceed 32. */
export function feMulInt(r: usize, a: usize, factor: u32): void {
  const f = factor as u64;
  store<u64>(r, load<u64>(a) * f);
  store<u64>(r, load<u64>(a, 8) * f, 8);
  store<u64>(r, load<u64>(a, 16) * f, 16);
  store<u64>(r, load<u64>(a, 24) * f, 24);
  store<u64>(r, load<u64>(a, 32) * f, 32);
}

/**
 * r = -a, for an a of magnitude at most `magnitude`; the result has magnitude `magnitude + 1`, at most 32. It is
 * 2 (magnitude + 1) p - a, whose words cannot borrow from each other.
 */
export function feNegate(r: usize, a: usize, magnitude: u32): void {
  const times = 2 * (magnitude as u64) + 2;
  const first = 0x3fffc2f * times;
  const second = 0x3ffffbf * times;
  const full = WORD * times;
  const middle = full | (full << 32);
  store<u64>(r, (first | (second << 32)) - load<u64>(a));
  store<u64>(r, middle - load<u64>(a, 8), 8);
  store<u64>(r, middle - load<u64>(a, 16), 16);
  store<u64>(r, middle - load<u64>(a, 24), 24);
  store<u64>(r, (full | ((LAST_WORD * times) << 32)) - load<u64>(a, 32), 32);
}

/** r = a / 2; magnitude m becomes at most m / 2 + 1. */
export function feHalf(r: usize, a: usize): void {
  // An odd a is made even by adding p, whose words are those of a negation of zero.
  const odd = 0 - ((load<u32>(a) & 1) as u64);
  let word = (load<u32>(a) as u64) + (odd & 0x3fffc2f);
  let next = (load<u32>(a, 4) as u64) + (odd & 0x3ffffbf);
  store<u32>(r, ((word >> 1) + ((next & 1) << 25)) as u32);
  for (let i: usize = 4; i < 32; i += 4) {
    word = next;
    next = (load<u32>(a + i, 4) as u64) + (odd & WORD);
    store<u32>(r + i, ((word >> 1) + ((next & 1) << 25)) as u32);
  }
  word = next;
  next = (load<u32>(a, 36) as u64) + (odd & LAST_WORD);
  store<u32>(r, ((word >> 1) + ((next & 1) << 25)) as u32, 32);
  store<u32>(r, (next >> 1) as u32, 36);
}

/** Reduces r, of any magnitude up to 32, to magnitude 1. It may still be p or a little more. */
export function feNormalizeWeak(r: usize): void {
  const top = (load<u32>(r, 36) as u64) >> 22;
  let carry = (load<u32>(r) as u64) + top * FOLD_0;
  store<u32>(r, (carry & WORD) as u32);
  carry = (carry >> 26) + (load<u32>(r, 4) as u64) + top * FOLD_1;
  store<u32>(r, (carry & WORD) as u32, 4);
  for (let i: usize = 8; i < 36; i += 4) {
    carry = (carry >> 26) + (load<u32>(r + i) as u64);
    store<u32>(r + i, (carry & WORD) as u32);
  }
  store<u32>(r, ((carry >> 26) + ((load<u32>(r, 36) as u64) & LAST_WORD)) as u32, 36);
}

/** Reduces r, of any magnitude up to 32, to its one representative in 0 to p - 1: normalised, magnitude 1. */
export function feNormalize(r: usize): void {
  feNormalizeWeak(r);
  // A value of p or more reaches 2^256 when 2^256 - p is added, and what then stands below 2^256 is the value less p.
  let carry = (load<u32>(r) as u64) + FOLD_0;
  carry = (carry >> 26) + (load<u32>(r, 4) as u64) + FOLD_1;
  for (let i: usize = 8; i < 36; i += 4) carry = (carry >> 26) + (load<u32>(r + i) as u64);
  if (((carry >> 26) + (load<u32>(r, 36) as u64)) >> 22 === 0) return;
  carry = (load<u32>(r) as u64) + FOLD_0;
  store<u32>(r, (carry & WORD) as u32);
  carry = (carry >> 26) + (load<u32>(r, 4) as u64) + FOLD_1;
  store<u32>(r, (carry & WORD) as u32, 4);
  for (let i: usize = 8; i < 36; i += 4) {
    carry = (carry >> 26) + (load<u32>(r + i) as u64);
    store<u32>(r + i, (carry & WORD) as u32);
  }
  store<u32>(r, (((carry >> 26) + (load<u32>(r, 36) as u64)) & LAST_WORD) as u32, 36);
}

/** Whether a, of any magnitude up to 32, is zero modulo p. */
export function feIsZero(a: usize): bool {
  const top = (load<u32>(a, 36) as u64) >> 22;
  let carry = (load<u32>(a) as u64) + top * FOLD_0;
  let word = carry & WORD;
  // With the bits above 2^256 folded back only 0 and p are left, and the first word nearly always tells.
  if (word !== 0 && word !== 0x3fffc2f) return false;
  let any = word;
  let ones = word ^ 0x3d0;
  carry = (carry >> 26) + (load<u32>(a, 4) as u64) + top * FOLD_1;
  word = carry & WORD;
  any |= word;
  ones &= word ^ FOLD_1;
  for (let i: usize = 8; i < 36; i += 4) {
    carry = (carry >> 26) + (load<u32>(a + i) as u64);
    word = carry & WORD;
    any |= word;
    ones &= word;
  }
  word = (carry >> 26) + ((load<u32>(a, 36) as u64) & LAST_WORD);
  any |= word;
  ones &= word ^ (WORD ^ LAST_WORD);
  return any === 0 || ones === WORD;
}

/** Whether a, normalised, is odd. */
export function feIsOdd(a: usize): bool {
  return (load<u32>(a) & 1) !== 0;
}
