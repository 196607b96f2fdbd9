import { isPoint, pointCompress } from 'tiny-secp256k1';
import { CryptoError } from '../error.ts';

const OCTET_STRING = 0x04;
const UNCOMPRESSED = 0x04;
const COORDINATE_LENGTH = 32;

/**
 * The public key of a `CKA_EC_POINT`: 33 bytes, compressed, for secp256k1, 32 for Ed25519. PKCS #11 wants the point inside
 * a DER octet string; some tokens leave that away.
 *
 * @throws CryptoError `provider-failed`
 */
export function decodeEcPoint(algorithm: 'ECDSA-secp256k1' | 'Ed25519', value: Uint8Array): Uint8Array {
  const pointLength = algorithm === 'Ed25519' ? COORDINATE_LENGTH : 1 + 2 * COORDINATE_LENGTH;
  const [tag, length] = value;
  const isWrapped = value.length === 2 + pointLength && tag === OCTET_STRING && length === pointLength;
  const point = isWrapped ? value.subarray(2) : value;
  if (point.length === pointLength) {
    if (algorithm === 'Ed25519') return new Uint8Array(point);
    // libsecp256k1 takes the hybrid form too, which begins with 6 or 7.
    if (point[0] === UNCOMPRESSED && isPoint(point)) return pointCompress(point, true);
  }
  throw new CryptoError('provider-failed', 'the token gave no public key of the algorithm', {
    value: `${value.length} bytes`,
    limit: algorithm,
  });
}
