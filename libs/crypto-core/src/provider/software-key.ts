import { CryptoError } from '../error.ts';
import { hkdfExpand } from '../kdf/hkdf.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { CompositeSigningKey } from '../signature/composite.ts';
import { Ed25519SigningKey } from '../signature/ed25519.ts';
import { MlDsaSigningKey } from '../signature/ml-dsa.ts';
import { isScalar } from '../signature/scalar.ts';
import { SIGNATURE_LENGTHS } from '../signature/signature-algorithm.ts';
import { SigningKey } from '../signature/signing-key.ts';
import type { KeyAlgorithm, SigningAlgorithm } from './key-algorithm.ts';

const SYMMETRIC_LENGTH = 32;
const SCALAR_LENGTH = 32;

/** What a signing key does, in the memory of this process. */
interface Signing {
  publicKey(secret: SecretBytes): Uint8Array;
  sign(secret: SecretBytes, message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

const SIGNING: Readonly<Record<SigningAlgorithm, Signing>> = {
  'ECDSA-secp256k1': secp256k1({
    publicKey: (key) => key.publicKey,
    sign: (key, digest) => key.signEcdsa(digest),
  }),
  'Schnorr-secp256k1': secp256k1({
    publicKey: (key) => key.xOnlyPublicKey,
    sign: (key, digest) => key.signSchnorr(digest),
  }),
  Ed25519: seeded((seed) => Ed25519SigningKey.fromSeed(seed)),
  'ML-DSA-44': seeded((seed) => MlDsaSigningKey.fromSeed('ML-DSA-44', seed)),
  'ML-DSA-65': seeded((seed) => MlDsaSigningKey.fromSeed('ML-DSA-65', seed)),
  'MLDSA44-Ed25519-SHA512': seeded((seed) => CompositeSigningKey.fromSeed('MLDSA44-Ed25519-SHA512', seed)),
  'MLDSA65-Ed25519-SHA512': seeded((seed) => CompositeSigningKey.fromSeed('MLDSA65-Ed25519-SHA512', seed)),
};

/** A new random secret of an algorithm: a key, a scalar or a seed. */
export function randomSecret(algorithm: KeyAlgorithm): SecretBytes {
  let secret = SecretBytes.random(secretLength(algorithm));
  // One draw in 2^127 is no scalar of secp256k1.
  while (!isSecretOf(algorithm, secret)) secret = SecretBytes.random(secretLength(algorithm));
  return secret;
}

/** Whether bytes can be the secret of an algorithm. */
export function isSecretOf(algorithm: KeyAlgorithm, secret: SecretBytes): boolean {
  if (secret.length !== secretLength(algorithm)) return false;
  return !isSecp256k1(algorithm) || secret.expose(isScalar);
}

/** @throws CryptoError `algorithm-unsupported` */
export function publicKeyOfSecret(algorithm: KeyAlgorithm, secret: SecretBytes): Uint8Array {
  return SIGNING[requireSigning(algorithm)].publicKey(secret);
}

/** @throws CryptoError `algorithm-unsupported`, `digest-length` */
export async function signWithSecret(
  algorithm: KeyAlgorithm,
  secret: SecretBytes,
  message: Uint8Array,
): Promise<Uint8Array> {
  return await SIGNING[requireSigning(algorithm)].sign(secret, message);
}

/** @throws CryptoError `algorithm-unsupported`, `length-out-of-range` */
export function expandSecret(
  algorithm: KeyAlgorithm,
  prk: SecretBytes,
  info: Uint8Array,
  length: number,
): SecretBytes {
  requireSymmetric(algorithm);
  return hkdfExpand({ prk, info, length });
}

/** @throws CryptoError `algorithm-unsupported` */
export function requireSymmetric(algorithm: KeyAlgorithm): void {
  if (algorithm !== 'HMAC-SHA-256') throw wrongUse(algorithm, 'HMAC-SHA-256');
}

/** @throws CryptoError `algorithm-unsupported` */
export function requireSigning(algorithm: KeyAlgorithm): SigningAlgorithm {
  if (algorithm === 'HMAC-SHA-256') throw wrongUse(algorithm, 'a key that signs');
  return algorithm;
}

function wrongUse(algorithm: KeyAlgorithm, limit: string): CryptoError {
  return new CryptoError('algorithm-unsupported', 'the key is not for this', { value: algorithm, limit });
}

function secretLength(algorithm: KeyAlgorithm): number {
  if (algorithm === 'HMAC-SHA-256') return SYMMETRIC_LENGTH;
  return isSecp256k1(algorithm) ? SCALAR_LENGTH : SIGNATURE_LENGTHS[algorithm].seed;
}

function isSecp256k1(algorithm: KeyAlgorithm): algorithm is 'ECDSA-secp256k1' | 'Schnorr-secp256k1' {
  return algorithm === 'ECDSA-secp256k1' || algorithm === 'Schnorr-secp256k1';
}

function secp256k1(o: {
  publicKey: (key: SigningKey) => Uint8Array;
  sign: (key: SigningKey, digest: Uint8Array) => Uint8Array;
}): Signing {
  return {
    publicKey: (secret) => {
      using key = SigningKey.fromSecret(secret);
      return o.publicKey(key);
    },
    sign: (secret, digest) => {
      using key = SigningKey.fromSecret(secret);
      return o.sign(key, digest);
    },
  };
}

/** Of keys that OpenSSL holds; it gets the seed for each use and frees it with the object. */
function seeded(
  fromSeed: (seed: SecretBytes) => {
    readonly publicKey: Uint8Array;
    signAsync(message: Uint8Array): Promise<Uint8Array>;
  },
): Signing {
  return {
    publicKey: (seed) => fromSeed(seed).publicKey,
    sign: (seed, message) => fromSeed(seed).signAsync(message),
  };
}
