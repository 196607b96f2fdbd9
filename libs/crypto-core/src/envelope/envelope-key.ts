import { CryptoError } from '../error.ts';
import { hkdfExpand } from '../kdf/hkdf.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { checkKeyId } from './key-id.ts';
import { refusedEnvelope } from './refused-envelope.ts';

/** Of a key that seals envelopes and streams, in bytes. */
const KEY_LENGTH = 32;

/**
 * A key that may live where it cannot be read, such as a token: all that is asked of it is HKDF-Expand with SHA-256
 * (RFC 5869 section 2.3), which is one HMAC for every 32 bytes of output.
 */
export interface EnvelopeKey {
  /** 1 to 64 of `A-Z a-z 0-9 . _ : -`; stands in the header in clear. */
  readonly keyId: string;
  /**
   * `HKDF-Expand(PRK = this key, info, length)`. Whoever asks disposes of the output. Errors, such as those of a token
   * that is not there, reach the caller unchanged.
   */
  expand(info: Uint8Array, length: number): SecretBytes | Promise<SecretBytes>;
}

/** The key of an id, for opening: undefined where there is none. The id comes from a header and is not authentic yet. */
export type FindEnvelopeKey = (keyId: string) => EnvelopeKey | undefined | Promise<EnvelopeKey | undefined>;

/**
 * A key in memory under an id.
 *
 * @param secret 32 bytes with full entropy; it stays the caller's, who disposes of it after the last use
 * @throws CryptoError `key-length`, `key-id-malformed`
 */
export function envelopeKey(secret: SecretBytes, keyId: string): EnvelopeKey {
  checkKeyId(keyId);
  checkKeyLength(secret);
  return { keyId, expand: (info, length) => hkdfExpand({ prk: secret, info, length }) };
}

/**
 * Refuses a key that is not 32 bytes.
 *
 * @throws CryptoError `key-length`
 */
export function checkKeyLength(key: SecretBytes): void {
  if (key.length !== KEY_LENGTH) {
    throw new CryptoError('key-length', 'the key of an envelope has another length', {
      value: `${key.length} bytes`,
      limit: `${KEY_LENGTH} bytes`,
    });
  }
}

/**
 * The key that a header names.
 *
 * @throws CryptoError `envelope-refused` where it is another or unknown; whatever the look-up itself throws
 */
export async function keyNamed(key: EnvelopeKey | FindEnvelopeKey, keyId: string): Promise<EnvelopeKey> {
  const found = typeof key === 'function' ? await key(keyId) : key;
  if (found?.keyId !== keyId) throw refusedEnvelope();
  return found;
}

/**
 * What {@link EnvelopeKey.expand} gives, checked: a provider of one's own may err.
 *
 * @throws CryptoError `length-mismatch`
 */
export async function expandKey(key: EnvelopeKey, info: Uint8Array, length: number): Promise<SecretBytes> {
  const output = await key.expand(info, length);
  if (output.length !== length) {
    output[Symbol.dispose]();
    throw new CryptoError('length-mismatch', 'the key gave an output of another length than asked for', {
      value: `${output.length} bytes`,
      limit: `${length} bytes`,
    });
  }
  return output;
}
