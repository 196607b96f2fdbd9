import { createCipheriv, createDecipheriv } from 'node:crypto';
import { SecretBytes } from '../secret/secret-bytes.ts';

/** How the message key of an envelope turns a plaintext into a ciphertext. A new suite is a new entry of {@link SUITES}. */
export interface EnvelopeSuite {
  /** The byte in the header. Never given a second meaning. */
  readonly id: number;
  readonly name: string;
  /** Of the message key, in bytes. */
  readonly keyLength: number;
  /** By how many bytes a ciphertext is longer than its plaintext. */
  readonly overhead: number;
  encrypt(key: Uint8Array, plaintext: Uint8Array, header: Uint8Array): Uint8Array;
  /** Undefined where the ciphertext or the header is not what was encrypted. */
  decrypt(key: Uint8Array, ciphertext: Uint8Array, header: Uint8Array): SecretBytes | undefined;
}

const TAG_LENGTH = 16;
/** A message key encrypts one message, so that its nonce need not vary (NIST SP 800-38D section 8 asks for distinct pairs). */
const FIXED_NONCE = new Uint8Array(12);

/** HKDF-SHA-256 for key and commitment, AES-256-GCM (NIST SP 800-38D) for the message. */
export const AES_256_GCM: EnvelopeSuite = {
  id: 1,
  name: 'HKDF-SHA256+AES-256-GCM',
  keyLength: 32,
  overhead: TAG_LENGTH,

  encrypt(key, plaintext, header) {
    const cipher = createCipheriv('aes-256-gcm', key, FIXED_NONCE, { authTagLength: TAG_LENGTH });
    cipher.setAAD(header);
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  },

  decrypt(key, ciphertext, header) {
    const body = ciphertext.subarray(0, ciphertext.length - TAG_LENGTH);
    const decipher = createDecipheriv('aes-256-gcm', key, FIXED_NONCE, { authTagLength: TAG_LENGTH });
    decipher.setAAD(header);
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

/** Every suite that an envelope may name. */
export const SUITES: ReadonlyMap<number, EnvelopeSuite> = new Map([[AES_256_GCM.id, AES_256_GCM]]);
