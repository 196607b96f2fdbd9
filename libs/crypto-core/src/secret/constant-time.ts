import { timingSafeEqual } from 'node:crypto';
import { CryptoError } from '../error.ts';

/** Whether two byte strings are equal, in a time that depends on their lengths alone. The lengths are public. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * The lexicographic order of two byte strings of one length, without a branch or an index that depends on the bytes:
 * every byte is read, also after the first that differs.
 *
 * @returns -1 where `a` comes first, 1 where `b` does, 0 where they are equal
 * @throws CryptoError `length-mismatch`: the lengths are public and must be equal
 */
export function constantTimeCompare(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  checkLengths(a, b, 'compared');
  const left = new DataView(a.buffer, a.byteOffset, a.byteLength);
  const right = new DataView(b.buffer, b.byteOffset, b.byteLength);
  let order = 0;
  let undecided = -1;
  for (let index = 0; index < a.length; index += 1) {
    const difference = left.getUint8(index) - right.getUint8(index);
    const sign = (difference >> 31) - (-difference >> 31);
    order |= undecided & sign;
    undecided &= ~-(sign & 1);
  }
  return order as -1 | 0 | 1;
}

/**
 * A copy of `a` where the condition is true, else of `b`, without a branch or an index that depends on the condition
 * or on the bytes.
 *
 * @throws CryptoError `length-mismatch`: the lengths are public and must be equal
 */
export function constantTimeSelect(condition: boolean, a: Uint8Array, b: Uint8Array): Uint8Array {
  checkLengths(a, b, 'selected from');
  const mask = -Number(condition) & 0xff;
  const left = new DataView(a.buffer, a.byteOffset, a.byteLength);
  return new Uint8Array(b).map((right, index) => right ^ (mask & (right ^ left.getUint8(index))));
}

function checkLengths(a: Uint8Array, b: Uint8Array, what: string): void {
  if (a.length !== b.length) {
    throw new CryptoError('length-mismatch', `only byte strings of one length can be ${what}`, {
      value: `${a.length} and ${b.length} bytes`,
      limit: 'equal lengths',
    });
  }
}
