import { randomFillSync } from 'node:crypto';
import { inspect } from 'node:util';
import { CryptoError } from '../error.ts';
import { constantTimeEqual } from './constant-time.ts';

/** The most bytes that one {@link SecretBytes} holds: what `node:crypto` fills in one call. */
const MAX_LENGTH = 2 ** 31 - 1;

/**
 * Bytes that must not be seen: they print as their length, cannot be cloned or serialised by accident, compare in
 * constant time, and are overwritten with zeros on dispose (`using key = SecretBytes.random(32)`).
 *
 * Wiping is best effort: the engine, OpenSSL and WebAssembly may have made copies. See *Security* in the README.
 */
export class SecretBytes implements Disposable {
  #bytes: Uint8Array | undefined;
  readonly #length: number;

  private constructor(length: number) {
    // An explicit ArrayBuffer lives outside the V8 heap. Small typed arrays without one are moved by the garbage
    // collector, and each move would leave a copy that nothing wipes.
    this.#bytes = new Uint8Array(new ArrayBuffer(length));
    this.#length = length;
  }

  /** A secret with the same bytes. The caller keeps its own array and wipes it. */
  static copyOf(bytes: Uint8Array): SecretBytes {
    const secret = new SecretBytes(bytes.length);
    secret.expose((own) => {
      own.set(bytes);
    });
    return secret;
  }

  /** A secret with the same bytes; the given array is zeroed. */
  static takeFrom(bytes: Uint8Array): SecretBytes {
    const secret = SecretBytes.copyOf(bytes);
    bytes.fill(0);
    return secret;
  }

  /**
   * Fresh random bytes of OpenSSL's generator.
   *
   * @param length in bytes, at least 1
   * @throws CryptoError `length-out-of-range`
   */
  static random(length: number): SecretBytes {
    if (!Number.isInteger(length) || length < 1 || length > MAX_LENGTH) {
      throw new CryptoError('length-out-of-range', 'a random secret of that length cannot be made', {
        value: String(length),
        limit: `1 to ${MAX_LENGTH} bytes`,
      });
    }
    const secret = new SecretBytes(length);
    secret.expose((own) => randomFillSync(own));
    return secret;
  }

  /**
   * The UTF-8 bytes of a passphrase, as they are: no Unicode normalisation, no trimming.
   *
   * A JavaScript string cannot be wiped: where the passphrase can be read as bytes, read it as bytes and use
   * {@link SecretBytes.takeFrom}.
   *
   * @throws CryptoError `text-malformed` for a lone surrogate, which has no UTF-8 form
   */
  static fromUtf8(text: string): SecretBytes {
    if (!text.isWellFormed())
      throw new CryptoError('text-malformed', 'text with a lone surrogate has no UTF-8 form');
    const secret = new SecretBytes(Buffer.byteLength(text, 'utf8'));
    secret.expose((own) => new TextEncoder().encodeInto(text, own));
    return secret;
  }

  /** In bytes; still known after dispose. */
  get length(): number {
    return this.#length;
  }

  get disposed(): boolean {
    return this.#bytes === undefined;
  }

  /**
   * The only way to the bytes. `use` gets the array itself, not a copy: it must neither change nor keep it, for it is
   * zeroed on dispose.
   *
   * @returns what `use` returns
   * @throws CryptoError `secret-disposed`
   */
  expose<T>(use: (bytes: Uint8Array) => T): T {
    if (this.#bytes === undefined)
      throw new CryptoError('secret-disposed', 'the secret was disposed and is gone');
    return use(this.#bytes);
  }

  /** A secret of its own with the same bytes, to be disposed on its own. */
  clone(): SecretBytes {
    return this.expose((bytes) => SecretBytes.copyOf(bytes));
  }

  /** Compares the content in constant time; the lengths are public. */
  equals(other: SecretBytes | Uint8Array): boolean {
    return this.expose((own) =>
      other instanceof SecretBytes
        ? other.expose((others) => constantTimeEqual(own, others))
        : constantTimeEqual(own, other),
    );
  }

  /** Overwrites the bytes with zeros. A second call does nothing. */
  [Symbol.dispose](): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
  }

  toString(): string {
    return this.disposed ? 'SecretBytes(disposed)' : `SecretBytes(${this.#length} bytes)`;
  }

  toJSON(): string {
    return this.toString();
  }

  static {
    const show = function (this: SecretBytes): string {
      return this.toString();
    };
    Object.defineProperty(this.prototype, inspect.custom, { value: show });
  }
}
