import type { KeyObject } from 'node:crypto';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import {
  privateKeyFromSeed,
  publicKeyBytes,
  publicKeyObject,
  signWith,
  signWithAsync,
  verifyWith,
} from './openssl-key.ts';
import type { Signer } from './signature-algorithm.ts';

/** An Ed25519 key (RFC 8032) that OpenSSL holds: its secret is not in JavaScript's memory and is freed with the object. */
export class Ed25519SigningKey implements Signer {
  readonly algorithm = 'Ed25519';
  readonly #key: KeyObject;
  readonly #publicKey: Uint8Array;

  private constructor(key: KeyObject) {
    this.#key = key;
    this.#publicKey = publicKeyBytes('Ed25519', key);
  }

  /**
   * @param seed the 32 bytes that RFC 8032 section 5.1.5 calls the private key
   * @throws CryptoError `key-length`, `secret-disposed`
   */
  static fromSeed(seed: SecretBytes): Ed25519SigningKey {
    return new Ed25519SigningKey(privateKeyFromSeed('Ed25519', seed));
  }

  /** 32 bytes. */
  get publicKey(): Uint8Array {
    return this.#publicKey.slice();
  }

  /** The 64-byte signature of a message of any length (pure Ed25519, RFC 8032 section 5.1.6). */
  sign(message: Uint8Array): Uint8Array {
    return signWith(this.#key, message);
  }

  /**
   * The same signature, made on libuv's thread pool while JavaScript goes on. The message must not change until the
   * promise is settled.
   */
  signAsync(message: Uint8Array): Promise<Uint8Array> {
    return signWithAsync(this.#key, message);
  }
}

/**
 * Whether an Ed25519 signature is right, by OpenSSL (RFC 8032 section 5.1.7, without multiplying by the cofactor). Never
 * throws: what is malformed is not a signature.
 *
 * @param signature 64 bytes
 * @param publicKey 32 bytes
 */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  return verifyWith(publicKeyObject('Ed25519', publicKey), signature, message);
}
