import { fromHex, toHex } from '../encoding/hex.ts';
import { CryptoError } from '../error.ts';
import { Point } from './point.ts';

/**
 * What stands before the point in DER: SEQUENCE { SEQUENCE { OID id-ecPublicKey, OID secp256k1 }, BIT STRING with no unused
 * bits } (RFC 5480 section 2, SEC 2 version 2 section A.2.1). Only the lengths differ between the two.
 */
const BEFORE_UNCOMPRESSED = '3056301006072a8648ce3d020106052b8104000a034200';
const BEFORE_COMPRESSED = '3036301006072a8648ce3d020106052b8104000a032200';
const PREFIX_LENGTH = BEFORE_COMPRESSED.length / 2;

/**
 * A public key as X.509, OpenSSL, tokens and cloud key services write it: SubjectPublicKeyInfo in DER, 88 bytes, with the
 * uncompressed point.
 *
 * @throws CryptoError `point-at-infinity`
 */
export function encodeSubjectPublicKeyInfo(point: Point): Uint8Array {
  return Uint8Array.of(...fromHex(BEFORE_UNCOMPRESSED), ...point.toUncompressed());
}

/**
 * The public key in a SubjectPublicKeyInfo. Read strictly: DER, the named curve secp256k1 and nothing else, so curve
 * parameters spelled out, other encodings of lengths and trailing bytes are refused.
 *
 * @param bytes 88 with an uncompressed point, 56 with a compressed one
 * @throws CryptoError `public-key-info-malformed`, `point-malformed`
 */
export function decodeSubjectPublicKeyInfo(bytes: Uint8Array): Point {
  const prefix = toHex(bytes.subarray(0, PREFIX_LENGTH));
  const point = bytes.subarray(PREFIX_LENGTH);
  if (prefix === BEFORE_UNCOMPRESSED) return Point.fromUncompressed(point);
  if (prefix === BEFORE_COMPRESSED) return Point.fromCompressed(point);
  throw new CryptoError('public-key-info-malformed', 'the bytes are no public key of secp256k1 in DER', {
    value: `${bytes.length} bytes`,
    limit: 'SubjectPublicKeyInfo with the named curve secp256k1',
  });
}
