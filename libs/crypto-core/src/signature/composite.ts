import { domainSeparated } from '../encoding/domain.ts';
import { sha256 } from '../hash/sha256.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import {
  type CompositeKeys,
  compositePublicKeys,
  ML_DSA_OF,
  signComposite,
  signCompositeAsync,
  verifyComposite,
} from './composite-draft.ts';
import {
  checkContextLength,
  checkSeedLength,
  MAX_CONTEXT_LENGTH,
  privateKeyFromSeed,
  publicKeyBytes,
} from './openssl-key.ts';
import { type CompositeAlgorithm, SIGNATURE_LENGTHS, type Signer } from './signature-algorithm.ts';

const NO_CONTEXT = new Uint8Array();

/**
 * An ML-DSA key and an Ed25519 key that sign together, so that a signature stands as long as one of the two is unbroken:
 * Composite ML-DSA of draft-ietf-lamps-pq-composite-sigs-19 (`id-MLDSA44-Ed25519-SHA512`, `id-MLDSA65-Ed25519-SHA512`).
 *
 * The draft binds algorithm and context into what both halves sign, but not which two keys belong together. Here its `ctx`
 * is always a hash of algorithm, composite public key and the caller's context ({@link compositeContext}), so that half of
 * a signature is worth nothing beside another key.
 */
export class CompositeSigningKey implements Signer {
  readonly algorithm: CompositeAlgorithm;
  readonly #keys: CompositeKeys;
  readonly #publicKey: Uint8Array;

  private constructor(algorithm: CompositeAlgorithm, keys: CompositeKeys) {
    this.algorithm = algorithm;
    this.#keys = keys;
    const mlDsa = publicKeyBytes(ML_DSA_OF[algorithm], keys.mlDsa);
    this.#publicKey = new Uint8Array(Buffer.concat([mlDsa, publicKeyBytes('Ed25519', keys.ed25519)]));
  }

  /**
   * @param seed 64 bytes: the seed of the ML-DSA key, then the seed of the Ed25519 key (section 4.2 of the draft). Neither
   * half may be the seed of another key
   * @throws CryptoError `key-length`, `secret-disposed`
   */
  static fromSeed(algorithm: CompositeAlgorithm, seed: SecretBytes): CompositeSigningKey {
    checkSeedLength(algorithm, seed.length, SIGNATURE_LENGTHS[algorithm].seed);
    const border = SIGNATURE_LENGTHS[ML_DSA_OF[algorithm]].seed;
    using mlDsaSeed = seed.expose((bytes) => SecretBytes.copyOf(bytes.subarray(0, border)));
    using ed25519Seed = seed.expose((bytes) => SecretBytes.copyOf(bytes.subarray(border)));
    return new CompositeSigningKey(algorithm, {
      mlDsa: privateKeyFromSeed(ML_DSA_OF[algorithm], mlDsaSeed),
      ed25519: privateKeyFromSeed('Ed25519', ed25519Seed),
    });
  }

  /** The ML-DSA public key, then the Ed25519 one: 1,344 bytes with ML-DSA-44, 1,984 with ML-DSA-65. */
  get publicKey(): Uint8Array {
    return this.#publicKey.slice();
  }

  /**
   * The ML-DSA signature, then the Ed25519 one: 2,484 bytes with ML-DSA-44, 3,373 with ML-DSA-65.
   *
   * @param context what the signature is for, at most 255 bytes; it verifies under this context alone
   * @throws CryptoError `context-malformed`
   */
  sign(message: Uint8Array, context: Uint8Array = NO_CONTEXT): Uint8Array {
    const bound = compositeContext(this.algorithm, this.#publicKey, context);
    return signComposite(this.algorithm, this.#keys, message, bound);
  }

  /**
   * The same with both halves at once on libuv's thread pool. Message and context must not change until the promise is
   * settled.
   *
   * @throws CryptoError `context-malformed`
   */
  async signAsync(message: Uint8Array, context: Uint8Array = NO_CONTEXT): Promise<Uint8Array> {
    const bound = compositeContext(this.algorithm, this.#publicKey, context);
    return await signCompositeAsync(this.algorithm, this.#keys, message, bound);
  }
}

/**
 * Whether both halves of a composite signature are right. Never throws: what is malformed is not a signature.
 *
 * @param signature 2,484 bytes with ML-DSA-44, 3,373 with ML-DSA-65
 * @param publicKey 1,344 bytes with ML-DSA-44, 1,984 with ML-DSA-65
 * @param context at most 255 bytes, the one that was signed with
 */
export function verifyCompositeSignature(
  algorithm: CompositeAlgorithm,
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
  context: Uint8Array = NO_CONTEXT,
): boolean {
  if (context.length > MAX_CONTEXT_LENGTH) return false;
  const keys = compositePublicKeys(algorithm, publicKey);
  return verifyComposite(
    algorithm,
    keys,
    signature,
    message,
    compositeContext(algorithm, publicKey, context),
  );
}

/**
 * The `ctx` under which any implementation of the draft verifies a signature of {@link CompositeSigningKey}: 32 bytes that
 * bind algorithm, both public keys and the caller's context.
 *
 * @throws CryptoError `context-malformed` over 255 bytes
 */
export function compositeContext(
  algorithm: CompositeAlgorithm,
  publicKey: Uint8Array,
  context: Uint8Array,
): Uint8Array {
  checkContextLength(context);
  return sha256(domainSeparated('composite-signature/v1', algorithm, publicKey, context));
}
