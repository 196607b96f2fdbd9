import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { checkLength, type DhGroup, type DhKeyPair, sharedPoint } from './dh-group.ts';

const LENGTH = 32;
/** RFC 8410 section 7: everything of a PKCS #8 private key in front of the scalar. */
const PKCS8_PREFIX = Uint8Array.from(Buffer.from('302e020100300506032b656e04220420', 'hex'));
/** RFC 8410 section 4: everything of a SubjectPublicKeyInfo in front of the key. */
const SPKI_PREFIX = Uint8Array.from(
  Buffer.from('302a300506032b656e032100', 'hex'),
); /** Any scalar: clamped, all are multiples of 8 and send the points of small order, and no others, to zero. */
const ORDER_PROBE = privateKeyOf(new Uint8Array(LENGTH));

/** X25519 (RFC 7748). */
export const X25519: DhGroup = {
  publicKeyLength: LENGTH,
  privateKeyLength: LENGTH,

  generate() {
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    return keyPair(privateKey, publicKey);
  },

  importPrivateKey(bytes) {
    checkLength('the private key', bytes, LENGTH);
    const privateKey = privateKeyOf(bytes);
    return keyPair(privateKey, createPublicKey(privateKey));
  },

  importPublicKey(bytes) {
    checkLength('the public key', bytes, LENGTH);
    const spki = Buffer.concat([SPKI_PREFIX, bytes]);
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  },

  checkOrder(publicKey) {
    sharedPoint(ORDER_PROBE, publicKey)[Symbol.dispose]();
  },

  derive(hkdf, prk) {
    using scalar = hkdf.expand(prk, 'sk', new Uint8Array(), LENGTH);
    return scalar.expose((bytes) => X25519.importPrivateKey(bytes));
  },
};

function privateKeyOf(scalar: Uint8Array): KeyObject {
  const pkcs8 = Buffer.concat([PKCS8_PREFIX, scalar]);
  try {
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  } finally {
    pkcs8.fill(0);
  }
}

function keyPair(privateKey: KeyObject, publicKey: KeyObject): DhKeyPair {
  // OpenSSL writes the key itself far faster than a SubjectPublicKeyInfo around it.
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { privateKey, publicKey, publicKeyBytes: Uint8Array.from(Buffer.from(x, 'base64url')) };
}
