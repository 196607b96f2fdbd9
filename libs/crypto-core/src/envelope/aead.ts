import { CryptoError } from '../error.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { decryptMessage, encryptChunk, TAG_LENGTH } from './message-cipher.ts';
import { type EnvelopeSuite, MESSAGE_KEY_LENGTH, suiteByName, type SuiteName } from './suite.ts';

/** What one message is encrypted with, beside the cipher. */
export interface AeadOptions {
  /** 32 bytes. */
  readonly key: SecretBytes;
  /** 12 bytes, or 24 for XChaCha20-Poly1305; never used twice with one key. */
  readonly nonce: Uint8Array;
  /** Authenticated and not encrypted; may be empty. */
  readonly additionalData: Uint8Array;
}

/**
 * The bare cipher, for protocols that prescribe key, nonce and additional data. It commits to no key: where both sides
 * are your own, use `seal`.
 *
 * @returns the ciphertext with its tag of 16 bytes
 * @throws CryptoError `suite-unknown`, `key-length`, `length-mismatch` for the nonce, `secret-disposed`
 */
export function encryptAead(suite: SuiteName, plaintext: Uint8Array, o: AeadOptions): Uint8Array {
  const cipher = cipherOf(suiteByName(suite), o);
  const output = new Uint8Array(plaintext.length + TAG_LENGTH);
  encryptChunk(cipher, 0, plaintext, o.additionalData, output);
  return output;
}

/**
 * Opens what {@link encryptAead} made.
 *
 * @param ciphertext with its tag
 * @throws CryptoError `envelope-refused`, whatever the reason; `suite-unknown`, `key-length`, `length-mismatch` for the
 *   nonce, `secret-disposed`
 */
export function decryptAead(suite: SuiteName, ciphertext: Uint8Array, o: AeadOptions): SecretBytes {
  const plaintext = decryptMessage(cipherOf(suiteByName(suite), o), ciphertext, o.additionalData);
  if (plaintext === undefined) {
    throw new CryptoError(
      'envelope-refused',
      'the ciphertext does not open: wrong key, nonce or data, or altered',
    );
  }
  return plaintext;
}

function cipherOf(suite: EnvelopeSuite, { key, nonce }: AeadOptions): ReturnType<EnvelopeSuite['cipher']> {
  if (key.length !== MESSAGE_KEY_LENGTH) {
    throw new CryptoError('key-length', `the key of ${suite.name} has another length`, {
      value: `${key.length} bytes`,
      limit: `${MESSAGE_KEY_LENGTH} bytes`,
    });
  }
  if (nonce.length !== suite.nonceLength) {
    throw new CryptoError('length-mismatch', `the nonce of ${suite.name} has another length`, {
      value: `${nonce.length} bytes`,
      limit: `${suite.nonceLength} bytes`,
    });
  }
  return key.expose((bytes) => suite.cipher(bytes, nonce));
}
