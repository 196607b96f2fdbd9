/** Points that one call may work on at most: their sum then fits the memory's maximum. */
export const MAXIMUM_COUNT: usize = 65536;

/** The memory above the static data, given out from the bottom up and all taken back at the start of the next call. */
let top: usize = __heap_base;

/**
 * Takes everything back, and makes sure that `bytes` bytes can be taken.
 *
 * @returns false where the memory's maximum does not allow so many
 */
export function arenaReset(bytes: usize): bool {
  top = (__heap_base + 15) & ~(<usize>15);
  const pages = ((top + bytes + 0xffff) >>> 16) as i32;
  const missing = pages - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/** The address of the next `bytes` bytes, aligned to 16. They hold what the last call left there. */
export function arenaTake(bytes: usize): usize {
  const taken = top;
  top = (top + bytes + 15) & ~(<usize>15);
  return taken;
}
