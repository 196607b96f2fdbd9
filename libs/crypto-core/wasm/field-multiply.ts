import { FOLD_0, FOLD_1, LAST_WORD, WORD } from './field';

/**
 * Products of field elements. Column k of a product is the sum of a[i] * b[k - i], of weight 2^(26 k). Words of magnitude
 * 8 are below 2^30, so the ten products of the longest column stay below 2^64. Columns are summed from two ends: `high`
 * runs from column 9 upwards and gives off one 26-bit digit a column, which folds into `low`, ten columns below it.
 */

/** 2^260 modulo p, as the parts that fall on the column ten below a digit and the one after it. */
const WRAP_0: u64 = 0x3d10;
const WRAP_1: u64 = 0x400;

/** r = a * b, for magnitudes of at most 8; magnitude 1. */
export function feMul(r: usize, a: usize, b: usize): void {
  const a0 = load<u32>(a) as u64;
  const a1 = load<u32>(a, 4) as u64;
  const a2 = load<u32>(a, 8) as u64;
  const a3 = load<u32>(a, 12) as u64;
  const a4 = load<u32>(a, 16) as u64;
  const a5 = load<u32>(a, 20) as u64;
  const a6 = load<u32>(a, 24) as u64;
  const a7 = load<u32>(a, 28) as u64;
  const a8 = load<u32>(a, 32) as u64;
  const a9 = load<u32>(a, 36) as u64;
  const b0 = load<u32>(b) as u64;
  const b1 = load<u32>(b, 4) as u64;
  const b2 = load<u32>(b, 8) as u64;
  const b3 = load<u32>(b, 12) as u64;
  const b4 = load<u32>(b, 16) as u64;
  const b5 = load<u32>(b, 20) as u64;
  const b6 = load<u32>(b, 24) as u64;
  const b7 = load<u32>(b, 28) as u64;
  const b8 = load<u32>(b, 32) as u64;
  const b9 = load<u32>(b, 36) as u64;

  let high =
    a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + a9 * b0;
  let word9 = high & WORD;
  high >>= 26;

  let low = a0 * b0;
  high += a1 * b9 + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + a9 * b1;
  let digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word0 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += a0 * b1 + a1 * b0;
  high += a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word1 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += a0 * b2 + a1 * b1 + a2 * b0;
  high += a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + a9 * b3;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word2 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
  high += a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + a9 * b4;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word3 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
  high += a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word4 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
  high += a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word5 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0;
  high += a7 * b9 + a8 * b8 + a9 * b7;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word6 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0;
  high += a8 * b9 + a9 * b8;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word7 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0;
  high += a9 * b9;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word8 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += word9 + high * WRAP_0;
  word9 = low & LAST_WORD;
  const top = (low >> 22) + high * (WRAP_1 << 4);

  low = word0 + top * FOLD_0;
  store<u32>(r, (low & WORD) as u32);
  low = (low >> 26) + word1 + top * FOLD_1;
  store<u32>(r, (low & WORD) as u32, 4);
  store<u32>(r, ((low >> 26) + word2) as u32, 8);
  store<u32>(r, word3 as u32, 12);
  store<u32>(r, word4 as u32, 16);
  store<u32>(r, word5 as u32, 20);
  store<u32>(r, word6 as u32, 24);
  store<u32>(r, word7 as u32, 28);
  store<u32>(r, word8 as u32, 32);
  store<u32>(r, word9 as u32, 36);
}

/** r = a^2, for a magnitude of at most 8; magnitude 1. */
export function feSqr(r: usize, a: usize): void {
  const a0 = load<u32>(a) as u64;
  const a1 = load<u32>(a, 4) as u64;
  const a2 = load<u32>(a, 8) as u64;
  const a3 = load<u32>(a, 12) as u64;
  const a4 = load<u32>(a, 16) as u64;
  const a5 = load<u32>(a, 20) as u64;
  const a6 = load<u32>(a, 24) as u64;
  const a7 = load<u32>(a, 28) as u64;
  const a8 = load<u32>(a, 32) as u64;
  const a9 = load<u32>(a, 36) as u64;
  // Every product of two different words stands twice in its column.
  const d0 = a0 << 1;
  const d1 = a1 << 1;
  const d2 = a2 << 1;
  const d3 = a3 << 1;
  const d4 = a4 << 1;
  const d5 = a5 << 1;
  const d6 = a6 << 1;
  const d7 = a7 << 1;
  const d8 = a8 << 1;

  let high = d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5;
  let word9 = high & WORD;
  high >>= 26;

  let low = a0 * a0;
  high += d1 * a9 + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5;
  let digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word0 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += d0 * a1;
  high += d2 * a9 + d3 * a8 + d4 * a7 + d5 * a6;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word1 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += d0 * a2 + a1 * a1;
  high += d3 * a9 + d4 * a8 + d5 * a7 + a6 * a6;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word2 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += d0 * a3 + d1 * a2;
  high += d4 * a9 + d5 * a8 + d6 * a7;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word3 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += d0 * a4 + d1 * a3 + a2 * a2;
  high += d5 * a9 + d6 * a8 + a7 * a7;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word4 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += d0 * a5 + d1 * a4 + d2 * a3;
  high += d6 * a9 + d7 * a8;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word5 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3;
  high += d7 * a9 + a8 * a8;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word6 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4;
  high += d8 * a9;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word7 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4;
  high += a9 * a9;
  digit = high & WORD;
  high >>= 26;
  low += digit * WRAP_0;
  const word8 = low & WORD;
  low = (low >> 26) + digit * WRAP_1;

  low += word9 + high * WRAP_0;
  word9 = low & LAST_WORD;
  const top = (low >> 22) + high * (WRAP_1 << 4);

  low = word0 + top * FOLD_0;
  store<u32>(r, (low & WORD) as u32);
  low = (low >> 26) + word1 + top * FOLD_1;
  store<u32>(r, (low & WORD) as u32, 4);
  store<u32>(r, ((low >> 26) + word2) as u32, 8);
  store<u32>(r, word3 as u32, 12);
  store<u32>(r, word4 as u32, 16);
  store<u32>(r, word5 as u32, 20);
  store<u32>(r, word6 as u32, 24);
  store<u32>(r, word7 as u32, 28);
  store<u32>(r, word8 as u32, 32);
  store<u32>(r, word9 as u32, 36);
}
