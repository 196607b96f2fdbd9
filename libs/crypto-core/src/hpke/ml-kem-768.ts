import { createPrivateKey, createPublicKey, decapsulate, encapsulate, type KeyObject } from 'node:crypto';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { malformedKey } from './refusal.ts';

/** Of the seed d || z, the encapsulation key and the ciphertext (FIPS 203 sections 7 and 8), in bytes. */
export const ML_KEM_768_LENGTHS = { seed: 64, publicKey: 1184, ciphertext: 1088 } as const;

/** RFC 9935: everything of a PKCS #8 private key in front of the seed. */
const PKCS8_PREFIX = Uint8Array.from(Buffer.from('3054020100300b060960864801650304040204428040', 'hex'));
/** RFC 9935: everything of a SubjectPublicKeyInfo in front of the encapsulation key. */
const SPKI_PREFIX = Uint8Array.from(Buffer.from('308204b2300b0609608648016503040402038204a100', 'hex'));

/** ML-KEM.KeyGen_internal (FIPS 203 section 6.1). */
export function mlKem768PrivateKey(seed: Uint8Array): KeyObject {
  const pkcs8 = Buffer.concat([PKCS8_PREFIX, seed]);
  try {
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  } finally {
    pkcs8.fill(0);
  }
}

/**
 * An encapsulation key whose coefficients OpenSSL found to be below the modulus (FIPS 203 section 7.2).
 *
 * @param bytes 1,184 bytes
 * @throws CryptoError `hpke-key-malformed`
 */
export function mlKem768PublicKey(bytes: Uint8Array): KeyObject {
  const spki = Buffer.concat([SPKI_PREFIX, bytes]);
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    throw malformedKey('the ML-KEM-768 key', bytes.length, 'coefficients below 3,329');
  }
}

/** The 1,184 bytes of the encapsulation key that belongs to a private key. */
export function mlKem768PublicKeyBytes(privateKey: KeyObject): Uint8Array {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(SPKI_PREFIX.length));
}

/** ML-KEM.Encaps (FIPS 203 section 7.2) with OpenSSL's randomness. */
export function mlKem768Encapsulate(publicKey: KeyObject): {
  readonly sharedSecret: SecretBytes;
  readonly ciphertext: Uint8Array;
} {
  const { sharedKey, ciphertext } = encapsulate(publicKey);
  return { sharedSecret: SecretBytes.takeFrom(sharedKey), ciphertext };
}

/**
 * ML-KEM.Decaps (FIPS 203 section 7.3). A ciphertext that was altered gives another secret, and no error.
 *
 * @param ciphertext 1,088 bytes
 */
export function mlKem768Decapsulate(privateKey: KeyObject, ciphertext: Uint8Array): SecretBytes {
  return SecretBytes.takeFrom(decapsulate(privateKey, ciphertext));
}
