/**
 * Scalars: integers modulo the group order n, which come in as 32 bytes, big-endian. The group has an endomorphism
 * (x, y) -> (beta x, y) that multiplies by lambda, a cube root of one modulo n (Gallant, Lambert and Vanstone, 2001), so
 * k P = k1 P + k2 (lambda P) with k = k1 + k2 lambda modulo n and k1, k2 of half the length. (a1, b1) and (a2, b2) are
 * short vectors of the lattice of all (u, v) with u + v lambda = 0; what is subtracted from (k, 0) is the lattice point
 * next to it.
 */

/** Bytes of a half: its magnitude, less than 2^128, in little-endian and with room for a carry. */
export const HALF_BYTES: usize = 24;

const N_0: u64 = 0xbfd25e8cd0364141;
const N_1: u64 = 0xbaaedce6af48a03b;
const N_2: u64 = 0xfffffffffffffffe;

/** round(2^384 b2 / n) and round(-2^384 b1 / n), in words of 32 bits, least significant first. */
const G1: usize = memory.data<u32>(
  [0x45dbb031, 0xe893209a, 0x71e8ca7f, 0x3daa8a14, 0x9284eb15, 0xe86c90e4, 0xa7d46bcd, 0x3086d221],
  8,
);
const G2: usize = memory.data<u32>(
  [0x8ac47f71, 0x1571b4ae, 0x9df506c6, 0x221208ac, 0x0abfe4c4, 0x6f547fa9, 0x010e8828, 0xe4437ed6],
  8,
);
/** a1, which is also b2; b1, which is negative, modulo 2^160; a2. */
const A1: usize = memory.data<u32>([0x9284eb15, 0xe86c90e4, 0xa7d46bcd, 0x3086d221, 0], 8);
const B1: usize = memory.data<u32>([0xf5401b3d, 0x90ab8056, 0xfef177d7, 0x1bbc8129, 0xffffffff], 8);
const A2: usize = memory.data<u32>([0x9d44cfd8, 0x57c1108d, 0xa8e2f3f6, 0x14ca50f7, 1], 8);

/** Words of a difference below: enough for its 129 bits and the sign. */
const DIFFERENCE_WORDS: usize = 5;

const k: usize = memory.data(32, 8);
const product: usize = memory.data(64, 8);
const c1: usize = memory.data(16, 8);
const c2: usize = memory.data(16, 8);
const difference: usize = memory.data(24, 8);

/** Whether the 32 bytes, big-endian, are less than n. Zero is. */
export function scalarIsReduced(bytes: usize): bool {
  const q3 = bswap<u64>(load<u64>(bytes));
  if (q3 !== u64.MAX_VALUE) return true;
  const q2 = bswap<u64>(load<u64>(bytes, 8));
  if (q2 !== N_2) return q2 < N_2;
  const q1 = bswap<u64>(load<u64>(bytes, 16));
  if (q1 !== N_1) return q1 < N_1;
  return bswap<u64>(load<u64>(bytes, 24)) < N_0;
}

/**
 * Splits a scalar less than n into halves: its magnitudes to `half1` and `half2`, {@link HALF_BYTES} each, both less
 * than 0.65 * 2^128.
 *
 * @returns bit 0: the first half is negative; bit 1: the second one is
 */
export function scalarSplit(half1: usize, half2: usize, bytes: usize): u32 {
  for (let i: usize = 0; i < 32; i += 4) store<u32>(k + i, bswap<u32>(load<u32>(bytes + 28 - i)));
  multiplyAndRound(c1, G1);
  multiplyAndRound(c2, G2);

  memory.copy(difference, k, 4 * DIFFERENCE_WORDS);
  subtractProduct(c1, A1);
  subtractProduct(c2, A2);
  const sign1 = magnitudeOfDifference(half1);

  memory.fill(difference, 0, 4 * DIFFERENCE_WORDS);
  subtractProduct(c1, B1);
  subtractProduct(c2, A1);
  return sign1 | (magnitudeOfDifference(half2) << 1);
}

/** r = round(k g / 2^384), four words. */
function multiplyAndRound(r: usize, g: usize): void {
  memory.fill(product, 0, 64);
  for (let i: usize = 0; i < 32; i += 4) {
    const word = load<u32>(k + i) as u64;
    let carry: u64 = 0;
    for (let j: usize = 0; j < 32; j += 4) {
      carry += (load<u32>(product + i + j) as u64) + word * (load<u32>(g + j) as u64);
      store<u32>(product + i + j, carry as u32);
      carry >>= 32;
    }
    store<u32>(product + i, carry as u32, 32);
  }
  let carry = (load<u32>(product, 44) >> 31) as u64;
  for (let i: usize = 0; i < 16; i += 4) {
    carry += load<u32>(product + i, 48) as u64;
    store<u32>(r + i, carry as u32);
    carry >>= 32;
  }
}

/** difference -= c b, modulo 2^160; c has four words and b five. */
function subtractProduct(c: usize, b: usize): void {
  for (let i: usize = 0; i < 16; i += 4) {
    const word = load<u32>(c + i) as u64;
    let borrow: u64 = 0;
    for (let j: usize = 0; i + j < 4 * DIFFERENCE_WORDS; j += 4) {
      const taken = word * (load<u32>(b + j) as u64) + borrow;
      const held = load<u32>(difference + i + j) as u64;
      store<u32>(difference + i + j, (held - (taken & 0xffffffff)) as u32);
      borrow = (taken >> 32) + ((held < (taken & 0xffffffff)) as u64);
    }
  }
}

function negateDifference(): void {
  let carry: u64 = 1;
  for (let i: usize = 0; i < 4 * DIFFERENCE_WORDS; i += 4) {
    carry += (load<u32>(difference + i) as u64) ^ 0xffffffff;
    store<u32>(difference + i, carry as u32);
    carry >>= 32;
  }
}

/** Writes the magnitude of the difference and says whether it was negative. */
function magnitudeOfDifference(half: usize): u32 {
  const sign = load<u32>(difference, 16) >> 31;
  if (sign !== 0) negateDifference();
  store<u64>(half, load<u64>(difference));
  store<u64>(half, load<u64>(difference, 8), 8);
  store<u64>(half, 0, 16);
  return sign;
}
