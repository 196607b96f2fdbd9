import { CryptoError } from '../error.ts';
import type { HpkePrivateKey } from '../hpke/kem.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { RecipientPublicKey } from './recipient-public-key.ts';
import { type RecipientType, suiteOf } from './recipient-type.ts';

const SEED_LENGTH = 32;

/**
 * A private key that opens what was sealed to its public key. OpenSSL holds it; it cannot be exported, and is freed with
 * the object. To have it again, keep its seed, or the key store and the label that the seed came from.
 */
export class RecipientKey {
  readonly publicKey: RecipientPublicKey;
  readonly #key: HpkePrivateKey;

  private constructor(type: RecipientType, key: HpkePrivateKey) {
    this.#key = key;
    this.publicKey = RecipientPublicKey.fromBytes(type, key.publicKey.bytes);
  }

  /** A new random key, which lasts as long as the process. */
  static generate(type: RecipientType): RecipientKey {
    using seed = SecretBytes.random(SEED_LENGTH);
    return RecipientKey.fromSeed(type, seed);
  }

  /**
   * The key that follows from a seed: DeriveKeyPair of RFC 9180 section 7.1.3, or of draft-ietf-hpke-pq. The types give
   * unrelated keys for one seed.
   *
   * @param seed 32 bytes with full entropy; it stays the caller's
   * @throws CryptoError `key-length`, `secret-disposed`
   */
  static fromSeed(type: RecipientType, seed: SecretBytes): RecipientKey {
    if (seed.length !== SEED_LENGTH) {
      throw new CryptoError('key-length', 'the seed of a recipient key has another length', {
        value: `${seed.length} bytes`,
        limit: `${SEED_LENGTH} bytes`,
      });
    }
    return new RecipientKey(type, suiteOf(type).kem.deriveKeyPair(seed));
  }

  /** The key itself, for HPKE. */
  get hpkeKey(): HpkePrivateKey {
    return this.#key;
  }
}
