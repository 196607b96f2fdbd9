import { OP } from './opcode.ts';

/** Puts a script together: numbers are operations, arrays are what pushes gave. */
export function script(...parts: readonly (number | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
}

/** A push of 1 to 75 bytes, whose operation is their length. */
export function pushBytes(bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(bytes.length, ...bytes);
}

/**
 * A push of a number that is not negative, in the one form that nodes relay (`MINIMALDATA`, BIP62 rule 3): 0 to 16
 * have operations of their own, the rest is little-endian with a sign bit on top.
 *
 * @param value - from 0 to 2^39 - 1: what BIP65 and BIP112 read
 */
export function pushNumber(value: number): Uint8Array {
  if (value === 0) return Uint8Array.of(OP.ZERO);
  if (value <= 16) return Uint8Array.of(OP.ONE + value - 1);
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0) {
    bytes.push(rest % 256);
    rest = Math.floor(rest / 256);
  }
  // The highest bit of the last byte is the sign.
  if ((bytes.at(-1) ?? 0) >= 0x80) bytes.push(0);
  return pushBytes(Uint8Array.from(bytes));
}
