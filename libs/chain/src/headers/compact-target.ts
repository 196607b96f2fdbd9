import { ChainError } from '../error/chain-error.ts';

const SIGN = 0x0080_0000;
const MANTISSA = 0x007f_ffff;
const HASHES = 2n ** 256n;

/**
 * The target that a block hash must not exceed, from its compact form `nBits`: `SetCompact`, Bitcoin Core
 * `src/arith_uint256.cpp`.
 *
 * @param bits - unsigned 32 bits
 * @throws ChainError `header-bits-invalid` for a target that is negative, zero or beyond 256 bits
 */
export function targetFromBits(bits: number): bigint {
  if (!Number.isInteger(bits) || bits < 0 || bits > 0xffff_ffff) refuse(String(bits), 'unsigned 32 bits');
  const size = bits >>> 24;
  const mantissa = bits & MANTISSA;
  const target =
    size <= 3 ? BigInt(mantissa >>> (8 * (3 - size))) : BigInt(mantissa) << BigInt(8 * (size - 3));
  const shown = `0x${bits.toString(16).padStart(8, '0')}`;
  if (target === 0n) refuse(shown, 'a target above zero');
  if ((bits & SIGN) !== 0) refuse(shown, 'a target that is not negative');
  if (target >= HASHES) refuse(shown, 'a target of at most 256 bits');
  return target;
}

/**
 * The compact form of a target, which keeps its upper 15 to 23 bits: `GetCompact`, Bitcoin Core `src/arith_uint256.cpp`.
 *
 * @param target - from 0 to 2^256 - 1
 */
export function bitsFromTarget(target: bigint): number {
  const hex = target.toString(16);
  let size = target === 0n ? 0 : Math.ceil(hex.length / 2);
  let mantissa = Number(size <= 3 ? target << BigInt(8 * (3 - size)) : target >> BigInt(8 * (size - 3)));
  // The mantissa's highest bit is the sign.
  if ((mantissa & SIGN) !== 0) {
    mantissa >>>= 8;
    size += 1;
  }
  return size * 0x0100_0000 + mantissa;
}

/** How many hashes a block of this target takes on average: `GetBlockProof`, Bitcoin Core `src/chain.cpp`. */
export function workOfTarget(target: bigint): bigint {
  return HASHES / (target + 1n);
}

function refuse(value: string, limit: string): never {
  throw new ChainError('header-bits-invalid', `nBits ${value}: ${limit} is wanted`, { value, limit });
}
