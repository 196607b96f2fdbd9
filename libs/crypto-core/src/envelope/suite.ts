import { createSecretKey } from 'node:crypto';
import { CryptoError } from '../error.ts';
import { hchacha20 } from './hchacha20.ts';
import type { MessageCipher } from './message-cipher.ts';

/** The names of the ciphers that envelopes and streams are made with. */
export const SUITE_NAMES = ['AES-256-GCM', 'ChaCha20-Poly1305', 'XChaCha20-Poly1305'] as const;

export type SuiteName = (typeof SUITE_NAMES)[number];

/** Of the key of a message, whatever the suite, in bytes. */
export const MESSAGE_KEY_LENGTH = 32;

/**
 * How a message key becomes a cipher. None of the three ciphers commits to its key by itself: envelope and stream add a
 * commitment that is derived beside the key.
 */
export interface EnvelopeSuite {
  /** The byte in the header. Never given a second meaning. */
  readonly id: number;
  readonly name: SuiteName;
  /** In bytes. */
  readonly nonceLength: 12 | 24;
  /**
   * @param key 32 bytes, which the caller wipes
   * @param nonce of `nonceLength` bytes, the first of the message
   */
  cipher(key: Uint8Array, nonce: Uint8Array): MessageCipher;
}

/** NIST SP 800-38D. */
const AES_256_GCM: EnvelopeSuite = {
  id: 1,
  name: 'AES-256-GCM',
  nonceLength: 12,
  cipher: (key, nonce) => ({ algorithm: 'aes-256-gcm', key: createSecretKey(key), nonce }),
};

/** RFC 8439. */
const CHACHA20_POLY1305: EnvelopeSuite = {
  id: 2,
  name: 'ChaCha20-Poly1305',
  nonceLength: 12,
  cipher: (key, nonce) => ({ algorithm: 'chacha20-poly1305', key: createSecretKey(key), nonce }),
};

/** draft-irtf-cfrg-xchacha-03 section 2.3: a subkey of the first 16 bytes of the nonce, then RFC 8439 with the last 8. */
const XCHACHA20_POLY1305: EnvelopeSuite = {
  id: 3,
  name: 'XChaCha20-Poly1305',
  nonceLength: 24,
  cipher(key, nonce) {
    const subkey = hchacha20(key, nonce.subarray(0, 16));
    try {
      const inner = new Uint8Array(12);
      inner.set(nonce.subarray(16), 4);
      return CHACHA20_POLY1305.cipher(subkey, inner);
    } finally {
      subkey.fill(0);
    }
  },
};

const SUITES: readonly EnvelopeSuite[] = [AES_256_GCM, CHACHA20_POLY1305, XCHACHA20_POLY1305];
const BY_ID: ReadonlyMap<number, EnvelopeSuite> = new Map(SUITES.map((suite) => [suite.id, suite]));
const BY_NAME: ReadonlyMap<string, EnvelopeSuite> = new Map(SUITES.map((suite) => [suite.name, suite]));

/** What sealing takes where neither the caller nor a policy says otherwise. */
export const DEFAULT_SUITE: SuiteName = 'AES-256-GCM';

/** The suite of a header's byte, or undefined where there is none. */
export function suiteById(id: number): EnvelopeSuite | undefined {
  return BY_ID.get(id);
}

/** The bytes that a header may have in the place of the suite, for an error message. */
export function knownSuiteIds(): string {
  return [...BY_ID.keys()].join(', ');
}

/**
 * The suite of a name.
 *
 * @throws CryptoError `suite-unknown`
 */
export function suiteByName(name: string): EnvelopeSuite {
  const suite = BY_NAME.get(name);
  if (suite === undefined) {
    throw new CryptoError('suite-unknown', 'there is no such suite', {
      value: name,
      limit: SUITE_NAMES.join(', '),
    });
  }
  return suite;
}
