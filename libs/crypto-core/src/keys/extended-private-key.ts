import { createHmac } from 'node:crypto';
import { createBase58check } from '@scure/base';
import { uint32 } from '../encoding/domain.ts';
import { utf8 } from '../encoding/utf8.ts';
import { CryptoError } from '../error.ts';
import { hash160 } from '../hash/hash160.ts';
import { sha256 } from '../hash/sha256.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { addScalars, isScalar, publicKeyOf } from '../signature/scalar.ts';
import { SigningKey } from '../signature/signing-key.ts';
import { HARDENED, MAX_DEPTH, parseDerivationPath } from './derivation-path.ts';

/** BIP32, "Master key generation". */
const MASTER_HMAC_KEY = utf8('Bitcoin seed');
const SEED_LENGTH = { minimum: 16, maximum: 64 };
/** BIP32, "Serialization format": `xpub`. */
const XPUB_VERSION = Uint8Array.of(0x04, 0x88, 0xb2, 0x1e);

const base58check = createBase58check(sha256);

interface Position {
  readonly depth: number;
  readonly parentFingerprint: Uint8Array;
  readonly childNumber: number;
}

/**
 * A BIP32 extended private key. Private derivation is HMAC-SHA-512 by OpenSSL and scalar addition by libsecp256k1: the
 * secret never becomes a BigInt or a string.
 */
export class ExtendedPrivateKey implements Disposable {
  readonly #secret: SecretBytes;
  readonly #chainCode: SecretBytes;
  readonly #publicKey: Uint8Array;
  readonly #position: Position;

  private constructor(secret: SecretBytes, chainCode: SecretBytes, position: Position) {
    this.#secret = secret;
    this.#chainCode = chainCode;
    this.#position = position;
    this.#publicKey = secret.expose(publicKeyOf);
  }

  /**
   * The master key of a seed (BIP32, "Master key generation").
   *
   * @param seed 16 to 64 bytes; BIP39 gives 64
   * @throws CryptoError `seed-length`; `derivation-invalid` for a seed without a master key (one in 2^127)
   */
  static fromSeed(seed: SecretBytes): ExtendedPrivateKey {
    if (seed.length < SEED_LENGTH.minimum || seed.length > SEED_LENGTH.maximum) {
      throw new CryptoError('seed-length', 'BIP32 takes no seed of that length', {
        value: `${seed.length} bytes`,
        limit: `${SEED_LENGTH.minimum} to ${SEED_LENGTH.maximum} bytes`,
      });
    }
    const position = { depth: 0, parentFingerprint: new Uint8Array(4), childNumber: 0 };
    return seed.expose((bytes) =>
      withHmacSha512(MASTER_HMAC_KEY, [bytes], (left, right) => {
        if (!isScalar(left)) throw invalidDerivation('the seed has no master key');
        return new ExtendedPrivateKey(SecretBytes.copyOf(left), SecretBytes.copyOf(right), position);
      }),
    );
  }

  /**
   * The key at a path below this one, `m` being this key itself. The result is a key of its own, to be disposed.
   *
   * @param path such as `m/86'/0'/0'/0/5`
   * @throws CryptoError `path-malformed` (also for a depth above 255); `derivation-invalid` where BIP32 says that the
   *   child does not exist (one in 2^127): take the next child number
   */
  derive(path: string): ExtendedPrivateKey {
    const childNumbers = parseDerivationPath(path);
    if (this.depth + childNumbers.length > MAX_DEPTH) {
      throw new CryptoError('path-malformed', 'the derivation path is too deep', {
        value: `${childNumbers.length} steps below depth ${this.depth}`,
        limit: `depth ${MAX_DEPTH}`,
      });
    }
    let key = new ExtendedPrivateKey(this.#secret.clone(), this.#chainCode.clone(), this.#position);
    for (const childNumber of childNumbers) {
      using parent = key;
      key = parent.#child(childNumber);
    }
    return key;
  }

  /** 33 bytes, compressed. */
  get publicKey(): Uint8Array {
    return this.#publicKey.slice();
  }

  /** The first 4 bytes of HASH160 of the public key. */
  get fingerprint(): Uint8Array {
    return hash160(this.#publicKey).slice(0, 4);
  }

  /** 0 for a master key. */
  get depth(): number {
    return this.#position.depth;
  }

  /** The secret scalar as a key that signs, to be disposed on its own. */
  signingKey(): SigningKey {
    return SigningKey.fromSecret(this.#secret);
  }

  /**
   * The extended public key, `xpub…`. Whoever has it and one non-hardened child's private key has this private key
   * (BIP32, "Implications").
   */
  neuter(): string {
    const { depth, parentFingerprint, childNumber } = this.#position;
    return this.#chainCode.expose((chainCode) =>
      base58check.encode(
        Buffer.concat([
          XPUB_VERSION,
          Uint8Array.of(depth),
          parentFingerprint,
          uint32(childNumber),
          chainCode,
          this.#publicKey,
        ]),
      ),
    );
  }

  /** Wipes the secret and the chain code; keys derived from this one stay. */
  [Symbol.dispose](): void {
    this.#secret[Symbol.dispose]();
    this.#chainCode[Symbol.dispose]();
  }

  /** CKDpriv of BIP32. */
  #child(childNumber: number): ExtendedPrivateKey {
    const position = { depth: this.depth + 1, parentFingerprint: this.fingerprint, childNumber };
    return this.#secret.expose((secret) => {
      const keyData = childNumber >= HARDENED ? [Uint8Array.of(0), secret] : [this.#publicKey];
      return this.#chainCode.expose((chainCode) =>
        withHmacSha512(chainCode, [...keyData, uint32(childNumber)], (left, right) => {
          const child = addScalars(secret, left);
          if (child === undefined) throw invalidDerivation(`there is no child ${childNumber}`);
          return new ExtendedPrivateKey(child, SecretBytes.copyOf(right), position);
        }),
      );
    });
  }
}

/** Gives both halves of the digest to `use`, then wipes them. */
function withHmacSha512<T>(
  key: Uint8Array,
  parts: readonly Uint8Array[],
  use: (left: Uint8Array, right: Uint8Array) => T,
): T {
  const hmac = createHmac('sha512', key);
  for (const part of parts) hmac.update(part);
  const digest = hmac.digest();
  try {
    return use(digest.subarray(0, 32), digest.subarray(32));
  } finally {
    digest.fill(0);
  }
}

function invalidDerivation(problem: string): CryptoError {
  return new CryptoError('derivation-invalid', problem, { limit: 'a scalar in 1 to n - 1 (BIP32)' });
}
