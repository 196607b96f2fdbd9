import { feSetB32 } from './field-bytes';

const bytes: usize = memory.data(32, 8);

/** r = a constant below p as a standard prints it, in four parts of 16 digits, most significant first; normalised. */
export function feSetConstant(r: usize, part3: u64, part2: u64, part1: u64, part0: u64): void {
  store<u64>(bytes, bswap<u64>(part3));
  store<u64>(bytes, bswap<u64>(part2), 8);
  store<u64>(bytes, bswap<u64>(part1), 16);
  store<u64>(bytes, bswap<u64>(part0), 24);
  feSetB32(r, bytes);
}
