import { bigIntFromBytes, bytes32FromBigInt } from './big-endian.ts';
import { FIELD_PRIME } from './curve.ts';
import { expandMessageXmd } from './expand-message.ts';
import { Scalar } from './scalar.ts';

/** L of RFC 9380 section 8.7: 48 bytes for each element, so that its distance from uniform is below 2^-128. */
const UNIFORM_LENGTH = 48;

/**
 * `hash_to_field` of RFC 9380 section 5.2 into the field of secp256k1.
 *
 * @returns `count` elements in 32 bytes each, most significant first, below p
 * @throws CryptoError `dst-empty`
 */
export function hashToField(
  message: Uint8Array,
  domainSeparationTag: Uint8Array,
  count: 1 | 2,
): readonly Uint8Array[] {
  const uniform = expandMessageXmd(message, domainSeparationTag, count * UNIFORM_LENGTH);
  return Array.from({ length: count }, (_, index) => {
    const bytes = uniform.subarray(index * UNIFORM_LENGTH, (index + 1) * UNIFORM_LENGTH);
    return bytes32FromBigInt(bigIntFromBytes(bytes) % FIELD_PRIME);
  });
}

/**
 * A scalar of any message: `hash_to_field` of RFC 9380 section 5.2 with the group order for its modulus, 48 uniform bytes
 * and SHA-256. Its tag must differ from every tag that is used to hash to the curve.
 *
 * @returns as good as uniform in 0 to n - 1
 * @throws CryptoError `dst-empty`
 */
export function hashToScalar(message: Uint8Array, domainSeparationTag: Uint8Array): Scalar {
  return Scalar.fromUniformBytes(expandMessageXmd(message, domainSeparationTag, UNIFORM_LENGTH));
}
