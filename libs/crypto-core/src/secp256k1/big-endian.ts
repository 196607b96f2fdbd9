import { toHex } from '../encoding/hex.ts';

/** The number that the bytes are, most significant first. For public bytes: a BigInt cannot be wiped. */
export function bigIntFromBytes(bytes: Uint8Array): bigint {
  return BigInt(`0x0${toHex(bytes)}`);
}

/** A number in 0 to 2^256 - 1, which the callers see to, in 32 bytes, most significant first. */
export function bytes32FromBigInt(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
}
