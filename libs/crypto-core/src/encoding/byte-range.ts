/**
 * All bits set where `first <= byte <= last`, else none, by arithmetic alone: no branch and no table that depends on the
 * byte. For bytes of secrets.
 */
export function rangeMask(byte: number, first: number, last: number): number {
  return ((first - 1 - byte) & (byte - last - 1)) >> 31;
}
