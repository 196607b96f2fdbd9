import type { KeyObject } from 'node:crypto';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import {
  checkContextLength,
  privateKeyFromSeed,
  publicKeyBytes,
  publicKeyObject,
  signWith,
  signWithAsync,
  verifyWith,
} from './openssl-key.ts';
import type { MlDsaAlgorithm, Signer } from './signature-algorithm.ts';

const NO_CONTEXT = new Uint8Array();

/**
 * An ML-DSA key (FIPS 204, pure and hedged: two signatures of one message differ) that OpenSSL holds: its secret is not in
 * JavaScript's memory and is freed with the object.
 */
export class MlDsaSigningKey implements Signer {
  readonly algorithm: MlDsaAlgorithm;
  readonly #key: KeyObject;
  readonly #publicKey: Uint8Array;

  private constructor(algorithm: MlDsaAlgorithm, key: KeyObject) {
    this.algorithm = algorithm;
    this.#key = key;
    this.#publicKey = publicKeyBytes(algorithm, key);
  }

  /**
   * @param seed the 32 bytes that FIPS 204 algorithm 1 calls xi
   * @throws CryptoError `key-length`, `secret-disposed`
   */
  static fromSeed(algorithm: MlDsaAlgorithm, seed: SecretBytes): MlDsaSigningKey {
    return new MlDsaSigningKey(algorithm, privateKeyFromSeed(algorithm, seed));
  }

  /** 1,312 bytes for ML-DSA-44, 1,952 for ML-DSA-65. */
  get publicKey(): Uint8Array {
    return this.#publicKey.slice();
  }

  /**
   * The signature of a message of any length (FIPS 204 algorithm 2): 2,420 bytes for ML-DSA-44, 3,309 for ML-DSA-65.
   *
   * @param context what the signature is for, at most 255 bytes; it verifies under this context alone
   * @throws CryptoError `context-malformed`
   */
  sign(message: Uint8Array, context: Uint8Array = NO_CONTEXT): Uint8Array {
    checkContextLength(context);
    return signWith(this.#key, message, context);
  }

  /**
   * The same on libuv's thread pool while JavaScript goes on. Message and context must not change until the promise is
   * settled.
   *
   * @throws CryptoError `context-malformed`
   */
  async signAsync(message: Uint8Array, context: Uint8Array = NO_CONTEXT): Promise<Uint8Array> {
    checkContextLength(context);
    return await signWithAsync(this.#key, message, context);
  }
}

/**
 * Whether an ML-DSA-44 signature is right, by OpenSSL (FIPS 204 algorithm 3). Never throws: what is malformed is not a
 * signature.
 *
 * @param signature 2,420 bytes
 * @param publicKey 1,312 bytes
 * @param context at most 255 bytes, the one that was signed with
 */
export function verifyMlDsa44(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
  context: Uint8Array = NO_CONTEXT,
): boolean {
  return verifyWith(publicKeyObject('ML-DSA-44', publicKey), signature, message, context);
}

/**
 * Whether an ML-DSA-65 signature is right, by OpenSSL (FIPS 204 algorithm 3). Never throws: what is malformed is not a
 * signature.
 *
 * @param signature 3,309 bytes
 * @param publicKey 1,952 bytes
 * @param context at most 255 bytes, the one that was signed with
 */
export function verifyMlDsa65(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
  context: Uint8Array = NO_CONTEXT,
): boolean {
  return verifyWith(publicKeyObject('ML-DSA-65', publicKey), signature, message, context);
}
