import { createSecretKey, type KeyObject } from 'node:crypto';
import type { SecretBytes } from './secret-bytes.ts';

/**
 * A symmetric key (HMAC, HKDF, AES, ChaCha20) that OpenSSL holds: its bytes are outside of JavaScript's memory, it prints
 * without them, and it is freed with the object. It is a copy; the caller disposes the secret.
 *
 * The bytes can still be asked for by `export()`: what gets the `KeyObject` gets the key.
 *
 * @throws CryptoError `secret-disposed`
 */
export function secretKeyObject(secret: SecretBytes): KeyObject {
  return secret.expose((bytes) => createSecretKey(bytes));
}
