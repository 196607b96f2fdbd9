import {
  type CipherChaCha20Poly1305,
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type DecipherChaCha20Poly1305,
  type DecipherGCM,
  type KeyObject,
} from 'node:crypto';
import { SecretBytes } from '../secret/secret-bytes.ts';

const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const OPTIONS = { authTagLength: TAG_LENGTH };

/** How a context encrypts its messages. */
export interface HpkeCipher {
  /** @returns the ciphertext with its tag behind it */
  encrypt(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array;
  /** Undefined where the ciphertext is not what was encrypted under these. */
  decrypt(
    key: Uint8Array,
    nonce: Uint8Array,
    ciphertext: Uint8Array,
    aad: Uint8Array,
  ): SecretBytes | undefined;
}

/** An AEAD of HPKE (RFC 9180 section 7.3). */
export interface HpkeAead {
  /** The AEAD id. */
  readonly id: number;
  readonly name: string;
  /** Nk, in bytes. */
  readonly keyLength: number;
  /** Nn, in bytes. */
  readonly nonceLength: number;
  /** Absent for export-only. */
  readonly cipher?: HpkeCipher;
}

/** RFC 9180 section 7.3, AEAD id 0x0001. */
export const AES_128_GCM: HpkeAead = {
  id: 0x0001,
  name: 'AES-128-GCM',
  keyLength: 16,
  nonceLength: NONCE_LENGTH,
  cipher: aeadCipher(
    (key, nonce) => createCipheriv('aes-128-gcm', key, nonce, OPTIONS),
    (key, nonce) => createDecipheriv('aes-128-gcm', key, nonce, OPTIONS),
  ),
};

/** RFC 9180 section 7.3, AEAD id 0x0002. */
export const AES_256_GCM: HpkeAead = {
  id: 0x0002,
  name: 'AES-256-GCM',
  keyLength: 32,
  nonceLength: NONCE_LENGTH,
  cipher: aeadCipher(
    (key, nonce) => createCipheriv('aes-256-gcm', key, nonce, OPTIONS),
    (key, nonce) => createDecipheriv('aes-256-gcm', key, nonce, OPTIONS),
  ),
};

/** RFC 9180 section 7.3, AEAD id 0x0003. */
export const CHACHA20_POLY1305: HpkeAead = {
  id: 0x0003,
  name: 'ChaCha20Poly1305',
  keyLength: 32,
  nonceLength: NONCE_LENGTH,
  cipher: aeadCipher(
    (key, nonce) => createCipheriv('chacha20-poly1305', key, nonce, OPTIONS),
    (key, nonce) => createDecipheriv('chacha20-poly1305', key, nonce, OPTIONS),
  ),
};

/** RFC 9180 section 7.3, AEAD id 0xffff: contexts that encrypt nothing and only export secrets. */
export const EXPORT_ONLY: HpkeAead = { id: 0xffff, name: 'Export-only', keyLength: 0, nonceLength: 0 };

function aeadCipher(
  createCipher: (key: KeyObject, nonce: Uint8Array) => CipherGCM | CipherChaCha20Poly1305,
  createDecipher: (key: KeyObject, nonce: Uint8Array) => DecipherGCM | DecipherChaCha20Poly1305,
): HpkeCipher {
  return {
    encrypt(key, nonce, plaintext, aad) {
      const cipher = createCipher(createSecretKey(key), nonce);
      cipher.setAAD(aad, { plaintextLength: plaintext.length });
      return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
    },

    decrypt(key, nonce, ciphertext, aad) {
      if (ciphertext.length < TAG_LENGTH) return undefined;
      const body = ciphertext.subarray(0, ciphertext.length - TAG_LENGTH);
      const decipher = createDecipher(createSecretKey(key), nonce);
      decipher.setAAD(aad, { plaintextLength: body.length });
      decipher.setAuthTag(ciphertext.subarray(body.length));
      // Wiped on every path: until `final` these bytes are not authenticated, afterwards they are a copy of the secret.
      const plaintext = decipher.update(body);
      try {
        decipher.final();
        return SecretBytes.copyOf(plaintext);
      } catch {
        return undefined;
      } finally {
        plaintext.fill(0);
      }
    },
  };
}
