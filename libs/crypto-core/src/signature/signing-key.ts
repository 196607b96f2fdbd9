import { randomBytes } from 'node:crypto';
import { sign, signSchnorr } from 'tiny-secp256k1';
import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { publicKeyOf, randomSecretScalar } from './scalar.ts';

const DIGEST_LENGTH = 32;

/**
 * A secret scalar of secp256k1 that signs digests with libsecp256k1. Every signature is over 32 bytes that the caller
 * hashed, with a domain of their own.
 */
export class SigningKey implements Disposable {
  readonly #secret: SecretBytes;
  readonly #publicKey: Uint8Array;

  private constructor(secret: SecretBytes, publicKey: Uint8Array) {
    this.#secret = secret;
    this.#publicKey = publicKey;
  }

  /**
   * @param secret 32 bytes, big-endian, in 1 to n - 1; the key keeps a copy of its own
   * @throws CryptoError `scalar-out-of-range`, `secret-disposed`
   */
  static fromSecret(secret: SecretBytes): SigningKey {
    const publicKey = secret.expose(publicKeyOf);
    return new SigningKey(secret.clone(), publicKey);
  }

  /** A new random key. */
  static generate(): SigningKey {
    const secret = randomSecretScalar();
    return new SigningKey(secret, secret.expose(publicKeyOf));
  }

  /** 33 bytes, compressed. */
  get publicKey(): Uint8Array {
    return this.#publicKey.slice();
  }

  /** 32 bytes, the x coordinate (BIP340). */
  get xOnlyPublicKey(): Uint8Array {
    return this.#publicKey.slice(1);
  }

  /**
   * ECDSA with the nonce of RFC 6979 and a low S (BIP62): the same digest gives the same signature.
   *
   * @param digest 32 bytes
   * @returns r and s, 64 bytes; see `ecdsaSignatureToDer` for a script
   * @throws CryptoError `digest-length`, `secret-disposed`
   */
  signEcdsa(digest: Uint8Array): Uint8Array {
    checkLength('the digest', digest, DIGEST_LENGTH);
    return this.#secret.expose((secret) => sign(digest, secret));
  }

  /**
   * BIP340, default signing. A key whose point has an odd y is negated as BIP340 says.
   *
   * @param digest 32 bytes
   * @param auxiliaryRandomness 32 bytes, fresh unless given; to give them is for reproducing a published figure
   * @returns 64 bytes, which verify under {@link SigningKey.xOnlyPublicKey}
   * @throws CryptoError `digest-length`, `length-mismatch`, `secret-disposed`
   */
  signSchnorr(digest: Uint8Array, auxiliaryRandomness: Uint8Array = randomBytes(32)): Uint8Array {
    checkLength('the digest', digest, DIGEST_LENGTH);
    if (auxiliaryRandomness.length !== 32) {
      throw new CryptoError('length-mismatch', 'the auxiliary randomness has another length', {
        value: `${auxiliaryRandomness.length} bytes`,
        limit: '32 bytes',
      });
    }
    return this.#secret.expose((secret) => signSchnorr(digest, secret, auxiliaryRandomness));
  }

  /** Wipes the secret; the public keys stay. */
  [Symbol.dispose](): void {
    this.#secret[Symbol.dispose]();
  }
}

function checkLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) {
    throw new CryptoError('digest-length', `${what} has another length`, {
      value: `${bytes.length} bytes`,
      limit: `${length} bytes`,
    });
  }
}
