import { randomBytes } from 'node:crypto';
import { encodeContext } from '../encoding/context.ts';
import { domainSeparated } from '../encoding/domain.ts';
import { CryptoError } from '../error.ts';
import { hkdfSha256 } from '../kdf/hkdf.ts';
import { constantTimeEqual } from '../secret/constant-time.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import {
  checkKeyId,
  COMMITMENT_LENGTH,
  encodeHeader,
  MAX_PLAINTEXT_LENGTH,
  type ParsedEnvelope,
  parseEnvelope,
  SALT_LENGTH,
} from './header.ts';
import { AES_256_GCM, type EnvelopeSuite } from './suite.ts';

const KEY_LENGTH = 32;

export interface SealOptions {
  /** Which key this is, in clear and authenticated: 1 to 64 of `A-Z a-z 0-9 . _ : -`. */
  readonly keyId: string;
  /** What the plaintext is for, such as `customer-pii`: 1 to 255 bytes of UTF-8, not stored, needed to open. */
  readonly context: string;
}

export interface OpenOptions {
  /** The context that the envelope was sealed for. */
  readonly context: string;
}

/** What an envelope says of itself in clear. Not authenticated: only {@link open} tells whether it is true. */
export interface EnvelopeDescription {
  readonly version: number;
  readonly suite: string;
  readonly keyId: string;
  /** Of the ciphertext with its tag, in bytes. */
  readonly ciphertextLength: number;
}

/**
 * Encrypts under a key that is derived for this one message, and commits to that key, the key id and the context: an
 * envelope opens to one plaintext under one key and one context, or not at all.
 *
 * Layout: `"BESE" version(1) suite(1) keyIdLength(1) keyId salt(32) commitment(32) ciphertext tag(16)`.
 * HKDF-SHA-256(ikm = key, salt, info = domain, version, suite, key id, context) gives the message key and then the
 * commitment; the whole header is the additional data of the cipher.
 *
 * @param key 32 bytes with full entropy; it may seal any number of messages
 * @param plaintext at most 64 MiB
 * @throws CryptoError `key-length`, `key-id-malformed`, `context-malformed`, `plaintext-too-long`, `secret-disposed`
 */
export function seal(key: SecretBytes, plaintext: Uint8Array | SecretBytes, o: SealOptions): Uint8Array {
  checkKeyId(o.keyId);
  if (plaintext.length > MAX_PLAINTEXT_LENGTH) {
    throw new CryptoError('plaintext-too-long', 'the plaintext does not fit one envelope', {
      value: `${plaintext.length} bytes`,
      limit: `${MAX_PLAINTEXT_LENGTH} bytes`,
    });
  }
  const suite = AES_256_GCM;
  const salt = new Uint8Array(randomBytes(SALT_LENGTH));
  using message = deriveMessageKey(key, { suite, keyId: o.keyId, salt }, o.context);
  const header = encodeHeader({ suite, keyId: o.keyId, salt, commitment: message.commitment });
  const encrypt = (clear: Uint8Array): Uint8Array =>
    message.key.expose((k) => suite.encrypt(k, clear, header));
  const ciphertext = plaintext instanceof SecretBytes ? plaintext.expose(encrypt) : encrypt(plaintext);
  const envelope = new Uint8Array(header.length + ciphertext.length);
  envelope.set(header);
  envelope.set(ciphertext, header.length);
  return envelope;
}

/**
 * Opens what {@link seal} made. The commitment is compared before a byte is decrypted.
 *
 * @throws CryptoError `envelope-refused`, one and the same for a wrong key, a wrong context and any altered byte;
 *   `envelope-malformed` for what anybody can see is no envelope; `key-length`, `context-malformed`, `secret-disposed`
 */
export function open(key: SecretBytes, envelope: Uint8Array, o: OpenOptions): SecretBytes {
  const parsed = parseEnvelope(envelope);
  using message = deriveMessageKey(key, parsed, o.context);
  const plaintext = decrypt(message, parsed);
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

/** The one error of everything that does not open. */
export function refusedEnvelope(): CryptoError {
  return new CryptoError(
    'envelope-refused',
    'the envelope does not open: wrong key, wrong context or altered bytes',
  );
}

interface MessageKey extends Disposable {
  readonly key: SecretBytes;
  readonly commitment: Uint8Array;
}

function deriveMessageKey(
  key: SecretBytes,
  header: { readonly suite: EnvelopeSuite; readonly keyId: string; readonly salt: Uint8Array },
  context: string,
): MessageKey {
  if (key.length !== KEY_LENGTH) {
    throw new CryptoError('key-length', 'the key of an envelope has another length', {
      value: `${key.length} bytes`,
      limit: `${KEY_LENGTH} bytes`,
    });
  }
  const { suite, keyId, salt } = header;
  const info = domainSeparated('envelope/v1', Uint8Array.of(suite.id), keyId, encodeContext(context));
  using output = hkdfSha256({ ikm: key, salt, info, length: suite.keyLength + COMMITMENT_LENGTH });
  return output.expose((bytes) => {
    const messageKey = SecretBytes.copyOf(bytes.subarray(0, suite.keyLength));
    return {
      key: messageKey,
      commitment: bytes.slice(suite.keyLength),
      [Symbol.dispose]: () => {
        messageKey[Symbol.dispose]();
      },
    };
  });
}

function decrypt(message: MessageKey, parsed: ParsedEnvelope): SecretBytes | undefined {
  if (!constantTimeEqual(message.commitment, parsed.commitment)) return undefined;
  return message.key.expose((key) => parsed.suite.decrypt(key, parsed.ciphertext, parsed.headerBytes));
}
