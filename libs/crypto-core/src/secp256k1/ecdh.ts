import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { fromHex } from '../encoding/hex.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import type { Point } from './point.ts';
import { secretToPoint } from './secret-scalar.ts';
import { encodeSubjectPublicKeyInfo } from './subject-public-key-info.ts';

/**
 * PrivateKeyInfo of RFC 5208 in DER, version 0, for id-ecPublicKey on secp256k1, around an ECPrivateKey of RFC 5915, version
 * 1: the scalar in 32 bytes, then as [1] the public key in 65.
 */
const BEFORE_SCALAR = fromHex('308184020100301006072a8648ce3d020106052b8104000a046d306b0201010420');
const BEFORE_PUBLIC_KEY = fromHex('a144034200');

/**
 * The x coordinate of a secret scalar times a point: the elliptic curve Diffie–Hellman primitive (SEC 1 section 3.3.1) by
 * OpenSSL, whose ladder takes the same steps for every scalar. Derive keys from it, bound to both public keys; do not use
 * it as a key.
 *
 * @param secret 32 bytes, in 1 to n - 1
 * @param theirs the other side's public key
 * @returns 32 bytes
 * @throws CryptoError `scalar-out-of-range`, `point-at-infinity`, `secret-disposed`
 */
export function ecdhXOnly(secret: SecretBytes, theirs: Point): SecretBytes {
  return ecdhWithPublicKey(secret, secretToPoint(secret), theirs);
}

/** The same where the public key of the secret is at hand, which OpenSSL would else compute. */
export function ecdhWithPublicKey(secret: SecretBytes, ours: Point, theirs: Point): SecretBytes {
  const publicKey = createPublicKey({
    key: Buffer.from(encodeSubjectPublicKeyInfo(theirs)),
    format: 'der',
    type: 'spki',
  });
  const shared = diffieHellman({ privateKey: privateKeyObject(secret, ours), publicKey });
  return SecretBytes.takeFrom(shared);
}

function privateKeyObject(secret: SecretBytes, ours: Point): KeyObject {
  const der = Buffer.concat([BEFORE_SCALAR, new Uint8Array(32), BEFORE_PUBLIC_KEY, ours.toUncompressed()]);
  try {
    secret.expose((scalar) => {
      der.set(scalar, BEFORE_SCALAR.length);
    });
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
  }
}
