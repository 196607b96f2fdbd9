import { LAST_WORD, WORD } from './field';

/** The low 64 bits of p. The 192 above them are all set. */
const P_LOW: u64 = 0xfffffffefffffc2f;

/**
 * r = the 32 bytes at `bytes`, big-endian; normalised, magnitude 1.
 *
 * @returns false, and r is undefined, where they are p or more
 */
export function feSetB32(r: usize, bytes: usize): bool {
  const q0 = bswap<u64>(load<u64>(bytes, 24));
  const q1 = bswap<u64>(load<u64>(bytes, 16));
  const q2 = bswap<u64>(load<u64>(bytes, 8));
  const q3 = bswap<u64>(load<u64>(bytes));
  if ((q1 & q2 & q3) === u64.MAX_VALUE && q0 >= P_LOW) return false;
  store<u32>(r, (q0 & WORD) as u32);
  store<u32>(r, ((q0 >> 26) & WORD) as u32, 4);
  store<u32>(r, (((q0 >> 52) | (q1 << 12)) & WORD) as u32, 8);
  store<u32>(r, ((q1 >> 14) & WORD) as u32, 12);
  store<u32>(r, (((q1 >> 40) | (q2 << 24)) & WORD) as u32, 16);
  store<u32>(r, ((q2 >> 2) & WORD) as u32, 20);
  store<u32>(r, ((q2 >> 28) & WORD) as u32, 24);
  store<u32>(r, (((q2 >> 54) | (q3 << 10)) & WORD) as u32, 28);
  store<u32>(r, ((q3 >> 16) & WORD) as u32, 32);
  store<u32>(r, ((q3 >> 42) & LAST_WORD) as u32, 36);
  return true;
}

/** The 32 bytes at `bytes`, big-endian, = a, which is normalised. */
export function feGetB32(bytes: usize, a: usize): void {
  const w2 = load<u32>(a, 8) as u64;
  const w4 = load<u32>(a, 16) as u64;
  const w7 = load<u32>(a, 28) as u64;
  const q0 = (load<u32>(a) as u64) | ((load<u32>(a, 4) as u64) << 26) | (w2 << 52);
  const q1 = (w2 >> 12) | ((load<u32>(a, 12) as u64) << 14) | (w4 << 40);
  const q2 = (w4 >> 24) | ((load<u32>(a, 20) as u64) << 2) | ((load<u32>(a, 24) as u64) << 28) | (w7 << 54);
  const q3 = (w7 >> 10) | ((load<u32>(a, 32) as u64) << 16) | ((load<u32>(a, 36) as u64) << 42);
  store<u64>(bytes, bswap<u64>(q3));
  store<u64>(bytes, bswap<u64>(q2), 8);
  store<u64>(bytes, bswap<u64>(q1), 16);
  store<u64>(bytes, bswap<u64>(q0), 24);
}
