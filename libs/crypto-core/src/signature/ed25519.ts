import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { CryptoError } from '../error.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';

const SEED_LENGTH = 32;
const PUBLIC_KEY_LENGTH = 32;
/** RFC 8410 section 7: everything of a PKCS #8 private key in front of the seed. */
const PKCS8_PREFIX = Uint8Array.from(Buffer.from('302e020100300506032b657004220420', 'hex'));
/** RFC 8410 section 4: everything of a SubjectPublicKeyInfo in front of the key. */
const SPKI_PREFIX = Uint8Array.from(Buffer.from('302a300506032b6570032100', 'hex'));

/** An Ed25519 key (RFC 8032) that OpenSSL holds: its secret is not in JavaScript's memory and is freed with the object. */
export class Ed25519SigningKey {
  readonly #key: KeyObject;
  readonly #publicKey: Uint8Array;

  private constructor(key: KeyObject) {
    this.#key = key;
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
    this.#publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX.length));
  }

  /**
   * @param seed the 32 bytes that RFC 8032 section 5.1.5 calls the private key
   * @throws CryptoError `key-length`
   */
  static fromSeed(seed: SecretBytes): Ed25519SigningKey {
    if (seed.length !== SEED_LENGTH) {
      throw new CryptoError('key-length', 'the seed of an Ed25519 key has another length', {
        value: `${seed.length} bytes`,
        limit: `${SEED_LENGTH} bytes`,
      });
    }
    const pkcs8 = Buffer.alloc(PKCS8_PREFIX.length + SEED_LENGTH);
    try {
      pkcs8.set(PKCS8_PREFIX);
      seed.expose((bytes) => {
        pkcs8.set(bytes, PKCS8_PREFIX.length);
      });
      return new Ed25519SigningKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
    } finally {
      pkcs8.fill(0);
    }
  }

  /** 32 bytes. */
  get publicKey(): Uint8Array {
    return this.#publicKey.slice();
  }

  /** The 64-byte signature of a message of any length (pure Ed25519, RFC 8032 section 5.1.6). */
  sign(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, this.#key));
  }

  /**
   * The same signature, made on libuv's thread pool while JavaScript goes on. The message must not change until the
   * promise is settled.
   */
  signAsync(message: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      sign(null, message, this.#key, (error, signature) => {
        if (error === null) resolve(new Uint8Array(signature));
        else reject(error);
      });
    });
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
  if (publicKey.length !== PUBLIC_KEY_LENGTH) return false;
  try {
    const spki = Buffer.concat([SPKI_PREFIX, publicKey]);
    return verify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
}
