import { hkdfExpand } from '../kdf/hkdf.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { checkKeyLength } from './envelope-key.ts';
import { parseEnvelope } from './header.ts';
import { checkKeyId } from './key-id.ts';
import { MESSAGE_SECRETS_LENGTH } from './message-secrets.ts';
import { refusedEnvelope } from './refused-envelope.ts';
import {
  infoToOpen,
  type MessageOptions,
  messageToSeal,
  openedMessage,
  type OpenOptions,
  sealedMessage,
} from './sealed-message.ts';
import type { SuiteName } from './suite.ts';

export interface SealOptions extends MessageOptions {
  /** Which key this is, in clear and authenticated: 1 to 64 of `A-Z a-z 0-9 . _ : -`. */
  readonly keyId: string;
}

/** What an envelope says of itself in clear. Not authenticated: only {@link open} tells whether it is true. */
export interface EnvelopeDescription {
  readonly version: number;
  readonly suite: SuiteName;
  readonly keyId: string;
  /** Of the ciphertext with its tag, in bytes. */
  readonly ciphertextLength: number;
}

/**
 * Encrypts under a key that is derived for this one message, and commits to that key, the key id and the context: an
 * envelope opens to one plaintext under one key and one context, or not at all.
 *
 * Layout: `"BESE" version(1) suite(1) keyIdLength(1) keyId salt(32) commitment(32) ciphertext tag(16)`.
 * HKDF-Expand-SHA-256(PRK = key, info = domain, version, suite, key id, context, salt) gives the message key and then
 * the commitment; the whole header is the additional data of the cipher.
 *
 * @param key 32 bytes with full entropy; it may seal any number of messages
 * @param plaintext at most 64 MiB
 * @throws CryptoError `key-length`, `key-id-malformed`, `context-malformed`, `plaintext-too-long`, `secret-disposed`,
 *   `suite-unknown`, and `suite-forbidden` where the policy does not allow the suite
 */
export function seal(key: SecretBytes, plaintext: Uint8Array | SecretBytes, o: SealOptions): Uint8Array {
  checkKeyId(o.keyId);
  checkKeyLength(key);
  const message = messageToSeal(plaintext.length, o.keyId, o);
  using output = hkdfExpand({ prk: key, info: message.info, length: MESSAGE_SECRETS_LENGTH });
  return sealedMessage(message, output, plaintext);
}

/**
 * Opens what {@link seal} made. The commitment is compared before a byte is decrypted.
 *
 * @throws CryptoError `envelope-refused`, one and the same for a wrong key, a wrong context, any altered byte and
 *   anything below the policy; `envelope-malformed` for what anybody can see is no envelope; `key-length`,
 *   `context-malformed`, `secret-disposed`
 */
export function open(key: SecretBytes, envelope: Uint8Array, o: OpenOptions): SecretBytes {
  const parsed = parseEnvelope(envelope);
  checkKeyLength(key);
  const info = infoToOpen(parsed, o);
  if (info === undefined) throw refusedEnvelope();
  using output = hkdfExpand({ prk: key, info, length: MESSAGE_SECRETS_LENGTH });
  const plaintext = openedMessage(parsed, output);
  if (plaintext === undefined) throw refusedEnvelope();
  return plaintext;
}

/**
 * What the envelope says of itself, to choose the key by.
 *
 * @throws CryptoError `envelope-malformed`
 */
export function describeEnvelope(envelope: Uint8Array): EnvelopeDescription {
  const { version, suite, keyId, ciphertext } = parseEnvelope(envelope);
  return { version, suite: suite.name, keyId, ciphertextLength: ciphertext.length };
}
