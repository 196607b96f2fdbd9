import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import type { HpkeCipher, HpkeAead } from './aead.ts';
import type { HpkeContextSecrets, HpkeKdf } from './kdf.ts';
import { MessageNonces } from './message-nonces.ts';
import { refusedHpke } from './refusal.ts';

/** The longest plaintext of one message: 64 MiB. It is handled as a whole, in memory. */
const MAX_PLAINTEXT_LENGTH = 64 * 1024 * 1024;
const TAG_LENGTH = 16;
const NO_AAD = new Uint8Array();

/** What names a context's algorithms, and what its secrets are. */
export interface ContextInput {
  readonly suiteId: Uint8Array;
  readonly kdf: HpkeKdf;
  readonly aead: HpkeAead;
  readonly secrets: HpkeContextSecrets;
  /** The number of the first message; 0 unless given. */
  readonly sequence?: number;
}

/** What sender and recipient have in common: the exporter, and an end. */
class HpkeContext implements Disposable {
  readonly #input: ContextInput;
  protected readonly key: SecretBytes;
  /** @internal */
  protected readonly nonces: MessageNonces;

  constructor(input: ContextInput) {
    this.#input = input;
    this.key = input.secrets.key;
    this.nonces = new MessageNonces(input.secrets.baseNonce, input.sequence);
  }

  /**
   * A secret that only sender and recipient know, the same for the same context string (RFC 9180 section 5.3).
   *
   * @param exporterContext what the secret is for, at most 65,535 bytes
   * @param length in bytes: 1 to 255 hash lengths with HKDF, 1 to 65,535 with SHAKE
   * @throws CryptoError `length-out-of-range`, `secret-disposed`
   */
  exportSecret(exporterContext: Uint8Array, length: number): SecretBytes {
    const { kdf, suiteId, secrets } = this.#input;
    checkInputLength('the exporter context', exporterContext);
    if (!Number.isInteger(length) || length < 1 || length > kdf.maxExportLength) {
      throw new CryptoError('length-out-of-range', 'a context exports no secret of that length', {
        value: String(length),
        limit: `1 to ${kdf.maxExportLength} bytes`,
      });
    }
    return kdf.exportSecret(suiteId, secrets.exporterSecret, exporterContext, length);
  }

  /** Wipes the context's secrets; nothing works afterwards. */
  [Symbol.dispose](): void {
    this.key[Symbol.dispose]();
    this.nonces[Symbol.dispose]();
    this.#input.secrets.exporterSecret[Symbol.dispose]();
  }

  /** @throws CryptoError `hpke-export-only` */
  protected get cipher(): HpkeCipher {
    const { cipher } = this.#input.aead;
    if (cipher === undefined)
      throw new CryptoError('hpke-export-only', 'an export-only context encrypts no messages');
    return cipher;
  }
}

/** Encrypts one message after another for one recipient (RFC 9180 section 5.2). */
export class HpkeSenderContext extends HpkeContext {
  /**
   * The next message of the context. They are opened in the order in which they were sealed.
   *
   * @param plaintext at most 64 MiB
   * @param aad what is authenticated beside it and not sent; empty unless given
   * @returns as long as the plaintext and 16 bytes
   * @throws CryptoError `plaintext-too-long`, `hpke-message-limit`, `hpke-export-only`, `secret-disposed`
   */
  seal(plaintext: Uint8Array | SecretBytes, aad: Uint8Array = NO_AAD): Uint8Array {
    const { cipher } = this;
    if (plaintext.length > MAX_PLAINTEXT_LENGTH) {
      throw new CryptoError('plaintext-too-long', 'the plaintext does not fit one message', {
        value: `${plaintext.length} bytes`,
        limit: `${MAX_PLAINTEXT_LENGTH} bytes`,
      });
    }
    const nonce = this.nonces.current();
    const encrypt = (clear: Uint8Array): Uint8Array =>
      this.key.expose((key) => cipher.encrypt(key, nonce, clear, aad));
    const ciphertext = plaintext instanceof SecretBytes ? plaintext.expose(encrypt) : encrypt(plaintext);
    this.nonces.advance();
    return ciphertext;
  }
}

/** Opens what the other side's {@link HpkeSenderContext} sealed (RFC 9180 section 5.2). */
export class HpkeRecipientContext extends HpkeContext {
  /**
   * The next message of the context. One that is refused does not count: the right one can still be opened.
   *
   * @throws CryptoError `hpke-refused`, one and the same for every altered, foreign or reordered message;
   *   `hpke-message-limit`, `hpke-export-only`, `secret-disposed`
   */
  open(ciphertext: Uint8Array, aad: Uint8Array = NO_AAD): SecretBytes {
    const { cipher } = this;
    const nonce = this.nonces.current();
    if (ciphertext.length > MAX_PLAINTEXT_LENGTH + TAG_LENGTH) throw refusedHpke();
    const plaintext = this.key.expose((key) => cipher.decrypt(key, nonce, ciphertext, aad));
    if (plaintext === undefined) throw refusedHpke();
    this.nonces.advance();
    return plaintext;
  }
}

/** What the two bytes of a length prefix can say; RFC 9180 section 7.2.1 allows more and recommends far less. */
const MAX_INPUT_LENGTH = 0xffff;

/** @throws CryptoError `length-out-of-range` */
export function checkInputLength(what: string, bytes: { readonly length: number }): void {
  if (bytes.length > MAX_INPUT_LENGTH) {
    throw new CryptoError('length-out-of-range', `${what} is too long`, {
      value: `${bytes.length} bytes`,
      limit: `${MAX_INPUT_LENGTH} bytes`,
    });
  }
}
