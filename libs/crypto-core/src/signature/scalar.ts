import { isPrivate, pointFromScalar, privateAdd } from 'tiny-secp256k1';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';

/** Whether 32 bytes, big-endian, are a secret scalar of secp256k1: in 1 to n - 1. */
export function isScalar(bytes: Uint8Array): boolean {
  return isPrivate(bytes);
}

/** A fresh secret scalar of OpenSSL's generator. */
export function randomSecretScalar(): SecretBytes {
  for (;;) {
    const secret = SecretBytes.random(32);
    // One draw in 2^127 is zero or not below n.
    if (secret.expose(isScalar)) return secret;
  }
}

/**
 * The sum of a secret scalar and a tweak modulo the group order n, by libsecp256k1.
 *
 * @param scalar 32 bytes in 1 to n - 1
 * @param tweak 32 bytes
 * @returns undefined where the tweak is n or more or the sum is zero, which BIP32 calls an invalid key
 */
export function addScalars(scalar: Uint8Array, tweak: Uint8Array): SecretBytes | undefined {
  if (!isScalar(tweak) && tweak.some((byte) => byte !== 0)) return undefined;
  const sum = privateAdd(scalar, tweak);
  return sum === null ? undefined : SecretBytes.takeFrom(sum);
}

/**
 * The public key of a secret scalar: 33 bytes, compressed.
 *
 * @throws CryptoError `scalar-out-of-range`
 */
export function publicKeyOf(scalar: Uint8Array): Uint8Array {
  const publicKey = isScalar(scalar) ? pointFromScalar(scalar, true) : null;
  if (publicKey === null) {
    throw new CryptoError('scalar-out-of-range', 'the bytes are no secret scalar of secp256k1', {
      value: `${scalar.length} bytes`,
      limit: '32 bytes, big-endian, in 1 to n - 1',
    });
  }
  return publicKey;
}
