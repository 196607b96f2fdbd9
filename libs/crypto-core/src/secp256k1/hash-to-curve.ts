import { hashToField } from './hash-to-field.ts';
import { Point } from './point.ts';
import { vartimeModule } from './wasm/vartime-module.ts';

/**
 * The suite `secp256k1_XMD:SHA-256_SSWU_RO_` of RFC 9380 (sections 3 and 8.7): a point as good as uniform, of which
 * nobody knows a logarithm. The time depends on the message, so it must be public.
 *
 * @param message any length
 * @param domainSeparationTag what the points are for, named and versioned; at least 1 byte, better 16 or more, and it should
 *   hold the name of the suite (RFC 9380 section 3.1)
 * @throws CryptoError `dst-empty`
 */
export function hashToCurve(message: Uint8Array, domainSeparationTag: Uint8Array): Point {
  return sumOfMapped(hashToField(message, domainSeparationTag, 2));
}

/**
 * The suite `secp256k1_XMD:SHA-256_SSWU_NU_` of RFC 9380: half the work of {@link hashToCurve}, but the points are not
 * uniform and many are never reached. For protocols that name this suite.
 *
 * @throws CryptoError `dst-empty`
 */
export function encodeToCurve(message: Uint8Array, domainSeparationTag: Uint8Array): Point {
  return sumOfMapped(hashToField(message, domainSeparationTag, 1));
}

/** The group has no cofactor to clear. */
function sumOfMapped(elements: readonly Uint8Array[]): Point {
  return elements.map(mapToCurve).reduce((sum, point) => sum.add(point));
}

/** @param element 32 bytes, below p */
function mapToCurve(element: Uint8Array): Point {
  const { exports, io } = vartimeModule();
  io.set(element);
  exports.mapToCurve();
  return Point.fromUncompressed(Uint8Array.of(4, ...io.subarray(32, 96)));
}
