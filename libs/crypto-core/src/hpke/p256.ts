import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { CryptoError } from '../error.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { checkLength, type DhGroup, type DhKeyPair } from './dh-group.ts';
import { malformedKey } from './refusal.ts';

const SCALAR_LENGTH = 32;
const POINT_LENGTH = 65;
/** SEC 1 section 2.3.3: the first byte of a point that is not compressed. */
const UNCOMPRESSED = 4;
/** RFC 5915 inside of RFC 5958: everything in front of the scalar, and between the scalar and the point. */
const PKCS8_PREFIX = Uint8Array.from(
  Buffer.from('308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420', 'hex'),
);
const PKCS8_MIDDLE = Uint8Array.from(Buffer.from('a144034200', 'hex'));
/** RFC 5480 section 2: everything of a SubjectPublicKeyInfo in front of the point. */
const SPKI_PREFIX = Uint8Array.from(
  Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'),
);
/** RFC 9180 section 7.1.3. */
const MAX_CANDIDATES = 256;

/** P-256 (FIPS 186-4, SEC 1), points serialised without compression. */
export const P256: DhGroup = {
  publicKeyLength: POINT_LENGTH,
  privateKeyLength: SCALAR_LENGTH,

  generate() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    // OpenSSL writes the coordinates far faster than a SubjectPublicKeyInfo around them.
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const coordinates = [x, y].map((coordinate) => Buffer.from(coordinate, 'base64url'));
    const publicKeyBytes = new Uint8Array(Buffer.concat([Uint8Array.of(UNCOMPRESSED), ...coordinates]));
    return { privateKey, publicKey, publicKeyBytes };
  },

  importPrivateKey(bytes) {
    checkLength('the private key', bytes, SCALAR_LENGTH);
    const pair = keyPairOf(bytes);
    if (pair === undefined) throw malformedKey('the private key', bytes.length, 'a scalar in 1 to n - 1');
    return pair;
  },

  importPublicKey(bytes) {
    checkLength('the public key', bytes, POINT_LENGTH);
    const limit = '65 bytes, 04 x y, a point of P-256';
    // OpenSSL would take the hybrid forms 06 and 07 of the same length too, and one point would have two encodings.
    if (bytes[0] !== UNCOMPRESSED) throw malformedKey('the public key', bytes.length, limit);
    const spki = Buffer.concat([SPKI_PREFIX, bytes]);
    try {
      // OpenSSL checks that the point is on the curve.
      return createPublicKey({ key: spki, format: 'der', type: 'spki' });
    } catch {
      throw malformedKey('the public key', bytes.length, limit);
    }
  },

  checkOrder() {
    // The order of the curve is prime: no point that can be serialised has a small order.
  },

  derive: (hkdf, prk) =>
    firstScalar((counter) => hkdf.expand(prk, 'candidate', Uint8Array.of(counter), SCALAR_LENGTH)),
};

/**
 * The key pair of the first candidate in 1 to n - 1. The first one is not in about one of 2^32 cases.
 *
 * @throws CryptoError `derivation-invalid` where none of 256 is
 */
export function firstScalar(candidate: (counter: number) => SecretBytes): DhKeyPair {
  for (let counter = 0; counter < MAX_CANDIDATES; counter += 1) {
    using bytes = candidate(counter);
    const pair = bytes.expose(keyPairOf);
    if (pair !== undefined) return pair;
  }
  throw new CryptoError('derivation-invalid', 'the keying material gives no key of P-256', {
    value: `${MAX_CANDIDATES} candidates`,
    limit: 'a scalar in 1 to n - 1',
  });
}

/** Undefined for a scalar that is zero or not below n: `createPrivateKey` would take those above n. */
function keyPairOf(scalar: Uint8Array): DhKeyPair | undefined {
  const ecdh = createECDH('prime256v1');
  try {
    ecdh.setPrivateKey(scalar);
  } catch {
    return undefined;
  }
  const publicKeyBytes = new Uint8Array(ecdh.getPublicKey());
  const pkcs8 = Buffer.concat([PKCS8_PREFIX, scalar, PKCS8_MIDDLE, publicKeyBytes]);
  try {
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    return { privateKey, publicKey: createPublicKey(privateKey), publicKeyBytes };
  } finally {
    pkcs8.fill(0);
  }
}
