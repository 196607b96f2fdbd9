import { timingSafeEqual } from 'node:crypto';
import { CryptoError } from '../error.ts';

/** Whether two byte strings are equal, in a time that depends on their lengths alone. The lengths are public. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * A copy of `a` where the condition is true, else of `b`, without a branch or an index that depends on the condition
 * or on the bytes.
 *
 * @throws CryptoError `length-mismatch`: the lengths are public and must be equal
 */
export function constantTimeSelect(condition: boolean, a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length !== b.length) {
    throw new CryptoError('length-mismatch', 'only byte strings of one length can be selected from', {
      value: `${a.length} and ${b.length} bytes`,
      limit: 'equal lengths',
    });
  }
  const mask = -Number(condition) & 0xff;
  const left = new DataView(a.buffer, a.byteOffset, a.byteLength);
  return new Uint8Array(b).map((right, index) => right ^ (mask & (right ^ left.getUint8(index))));
}
