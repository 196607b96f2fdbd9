import { CryptoError } from '../error.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';

/**
 * The nonces of a context's messages, one after another (RFC 9180 section 5.2). RFC 9180 would allow 2^96 - 1
 * messages; here they end at 2^53 - 1, up to which a number counts exactly.
 */
export class MessageNonces implements Disposable {
  readonly #baseNonce: SecretBytes;
  #sequence: number;

  /**
   * @param baseNonce 12 bytes; disposed with this
   * @param sequence the number of the first message
   */
  constructor(baseNonce: SecretBytes, sequence = 0) {
    this.#baseNonce = baseNonce;
    this.#sequence = sequence;
  }

  /**
   * The nonce of the next message. It stays the next one until {@link advance} is called.
   *
   * @throws CryptoError `hpke-message-limit`, `secret-disposed`
   */
  current(): Uint8Array {
    if (this.#sequence >= Number.MAX_SAFE_INTEGER) {
      throw new CryptoError('hpke-message-limit', 'the context has no further message', {
        value: `${this.#sequence} messages`,
        limit: `${Number.MAX_SAFE_INTEGER} messages`,
      });
    }
    const nonce = this.#baseNonce.expose((base) => base.slice());
    const view = new DataView(nonce.buffer);
    const low = nonce.length - 8;
    view.setBigUint64(low, view.getBigUint64(low) ^ BigInt(this.#sequence));
    return nonce;
  }

  advance(): void {
    this.#sequence += 1;
  }

  [Symbol.dispose](): void {
    this.#baseNonce[Symbol.dispose]();
  }
}
