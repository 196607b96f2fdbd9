import { domainSeparated } from '../encoding/domain.ts';
import { toHex } from '../encoding/hex.ts';
import { CryptoError, isCryptoError } from '../error.ts';
import { sha256 } from '../hash/sha256.ts';
import type { HpkePublicKey } from '../hpke/kem.ts';
import { isRecipientType, type RecipientType, suiteOf } from './recipient-type.ts';

const TEXT_PREFIX = 'be-recipient-1';
/** Of a key id, in bytes. */
export const KEY_ID_LENGTH = 16;
/** What is longer is refused unread; the longest key has about 1,700 characters. */
const MAX_TEXT_LENGTH = 2048;

/** A checked public key to seal to. */
export class RecipientPublicKey {
  readonly type: RecipientType;
  /**
   * 32 hexadecimal digits of SHA-256 of type and key, to compare by eye and to name the recipient in a header. Another
   * key with the same id takes about 2^128 attempts to find.
   */
  readonly keyId: string;
  readonly #key: HpkePublicKey;

  private constructor(type: RecipientType, key: HpkePublicKey) {
    this.type = type;
    this.#key = key;
    this.keyId = toHex(keyIdOf(type, key.bytes));
  }

  /**
   * The key that a text of {@link encode} holds.
   *
   * @throws CryptoError `recipient-key-malformed` for any other text: another prefix or type, a character that was
   *   altered, a key that its algorithm does not allow
   */
  static decode(text: string): RecipientPublicKey {
    if (text.length > MAX_TEXT_LENGTH) throw malformedText(text);
    const [prefix, type = '', encoded = '', ...rest] = text.split(':');
    if (prefix !== TEXT_PREFIX || !isRecipientType(type) || rest.length > 0) throw malformedText(text);
    const bytes = Buffer.from(encoded, 'base64url');
    const publicKey = bytes.subarray(0, -KEY_ID_LENGTH);
    // Buffer.from skips what is no base64url, so that only the one canonical text comes back.
    const isCanonical = bytes.toString('base64url') === encoded;
    if (!isCanonical || !keyIdOf(type, publicKey).equals(bytes.subarray(-KEY_ID_LENGTH)))
      throw malformedText(text);
    return RecipientPublicKey.fromBytes(type, publicKey);
  }

  /**
   * A key from elsewhere, in the serialisation of its KEM: 32 bytes, a point of P-256 in 65 bytes, or 1,216 bytes.
   *
   * @throws CryptoError `recipient-key-malformed`: another length, no point of the curve, a point of small order, or an
   *   ML-KEM key with a coefficient that is out of range
   */
  static fromBytes(type: RecipientType, bytes: Uint8Array): RecipientPublicKey {
    try {
      return new RecipientPublicKey(type, suiteOf(type).kem.importPublicKey(bytes));
    } catch (error) {
      if (!isCryptoError(error)) throw error;
      const { value, limit } = error;
      throw new CryptoError('recipient-key-malformed', `the key is no public key of type ${type}`, {
        value,
        limit,
      });
    }
  }

  /** `be-recipient-1:`, the type, `:` and base64url of the key and its id, which serves as a checksum. */
  encode(): string {
    const bytes = Buffer.concat([this.bytes, Buffer.from(this.keyId, 'hex')]);
    return `${TEXT_PREFIX}:${this.type}:${bytes.toString('base64url')}`;
  }

  toString(): string {
    return this.encode();
  }

  /** In the serialisation of the KEM: a copy. */
  get bytes(): Uint8Array {
    return this.#key.bytes;
  }

  /** The key itself, for HPKE. */
  get hpkeKey(): HpkePublicKey {
    return this.#key;
  }
}

function keyIdOf(type: RecipientType, publicKey: Uint8Array): Buffer {
  return Buffer.from(
    sha256(domainSeparated('recipient-key-id/v1', type, publicKey)).subarray(0, KEY_ID_LENGTH),
  );
}

function malformedText(text: string): CryptoError {
  return new CryptoError('recipient-key-malformed', 'the text is no encoded recipient', {
    value: `${text.length} characters`,
    limit: `${TEXT_PREFIX}, type and key, divided by colons, every character as it was encoded`,
  });
}
