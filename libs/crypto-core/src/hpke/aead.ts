import { createSecretKey } from 'node:crypto';
import { decryptMessage, encryptChunk, type MessageCipher, TAG_LENGTH } from '../envelope/message-cipher.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';

const NONCE_LENGTH = 12;

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
  cipher: aeadCipher('aes-128-gcm'),
};

/** RFC 9180 section 7.3, AEAD id 0x0002. */
export const AES_256_GCM: HpkeAead = {
  id: 0x0002,
  name: 'AES-256-GCM',
  keyLength: 32,
  nonceLength: NONCE_LENGTH,
  cipher: aeadCipher('aes-256-gcm'),
};

/** RFC 9180 section 7.3, AEAD id 0x0003. */
export const CHACHA20_POLY1305: HpkeAead = {
  id: 0x0003,
  name: 'ChaCha20Poly1305',
  keyLength: 32,
  nonceLength: NONCE_LENGTH,
  cipher: aeadCipher('chacha20-poly1305'),
};

/** RFC 9180 section 7.3, AEAD id 0xffff: contexts that encrypt nothing and only export secrets. */
export const EXPORT_ONLY: HpkeAead = { id: 0xffff, name: 'Export-only', keyLength: 0, nonceLength: 0 };

function aeadCipher(algorithm: MessageCipher['algorithm']): HpkeCipher {
  return {
    encrypt(key, nonce, plaintext, aad) {
      const ciphertext = new Uint8Array(plaintext.length + TAG_LENGTH);
      encryptChunk({ algorithm, key: createSecretKey(key), nonce }, 0, plaintext, aad, ciphertext);
      return ciphertext;
    },
    decrypt: (key, nonce, ciphertext, aad) =>
      decryptMessage({ algorithm, key: createSecretKey(key), nonce }, ciphertext, aad),
  };
}
