import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { CryptoError } from '../error.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { type MlDsaAlgorithm, SIGNATURE_LENGTHS } from './signature-algorithm.ts';

/** The algorithms whose keys OpenSSL holds as they are. */
type OpenSslAlgorithm = 'Ed25519' | MlDsaAlgorithm;

/** FIPS 204 section 5.2: a context string has at most 255 bytes. */
export const MAX_CONTEXT_LENGTH = 255;

/**
 * DER in front of the seed in a PKCS #8 private key (RFC 8410 section 7; RFC 9881 section 6, the form of a seed alone) and
 * in front of the key in a SubjectPublicKeyInfo (RFC 8410 section 4, RFC 9881 section 4).
 */
const PREFIXES = {
  Ed25519: { pkcs8: hex('302e020100300506032b657004220420'), spki: hex('302a300506032b6570032100') },
  'ML-DSA-44': {
    pkcs8: hex('3034020100300b060960864801650304031104228020'),
    spki: hex('30820532300b06096086480165030403110382052100'),
  },
  'ML-DSA-65': {
    pkcs8: hex('3034020100300b060960864801650304031204228020'),
    spki: hex('308207b2300b0609608648016503040312038207a100'),
  },
} as const satisfies Readonly<Record<OpenSslAlgorithm, unknown>>;

/** @throws CryptoError `key-length` for a seed of another length, `secret-disposed` */
export function privateKeyFromSeed(algorithm: OpenSslAlgorithm, seed: SecretBytes): KeyObject {
  const prefix = PREFIXES[algorithm].pkcs8;
  checkSeedLength(algorithm, seed.length, SIGNATURE_LENGTHS[algorithm].seed);
  const pkcs8 = Buffer.alloc(prefix.length + seed.length);
  try {
    pkcs8.set(prefix);
    seed.expose((bytes) => {
      pkcs8.set(bytes, prefix.length);
    });
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  } finally {
    pkcs8.fill(0);
  }
}

/** @throws CryptoError `key-length` */
export function checkSeedLength(algorithm: string, given: number, limit: number): void {
  if (given !== limit) {
    throw new CryptoError('key-length', `the seed of an ${algorithm} key has another length`, {
      value: `${given} bytes`,
      limit: `${limit} bytes`,
    });
  }
}

/** The public key of a private key, as the standard of the algorithm encodes it. */
export function publicKeyBytes(algorithm: OpenSslAlgorithm, key: KeyObject): Uint8Array {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(PREFIXES[algorithm].spki.length));
}

/** The key to verify with, or undefined for bytes that are no public key. */
export function publicKeyObject(algorithm: OpenSslAlgorithm, bytes: Uint8Array): KeyObject | undefined {
  if (bytes.length !== SIGNATURE_LENGTHS[algorithm].publicKey) return undefined;
  try {
    const spki = Buffer.concat([PREFIXES[algorithm].spki, bytes]);
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** @throws CryptoError `context-malformed` */
export function checkContextLength(context: Uint8Array): void {
  if (context.length > MAX_CONTEXT_LENGTH) {
    throw new CryptoError('context-malformed', 'the context of a signature is too long', {
      value: `${context.length} bytes`,
      limit: `${MAX_CONTEXT_LENGTH} bytes`,
    });
  }
}

/** Signs on the calling thread; `context` is given for ML-DSA alone. */
export function signWith(key: KeyObject, message: Uint8Array, context?: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, context === undefined ? key : { key, context }));
}

/** Signs on libuv's thread pool. */
export function signWithAsync(
  key: KeyObject,
  message: Uint8Array,
  context?: Uint8Array,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    sign(null, message, context === undefined ? key : { key, context }, (error, signature) => {
      if (error === null) resolve(new Uint8Array(signature));
      else reject(error);
    });
  });
}

/** Never throws: what is malformed is not a signature. */
export function verifyWith(
  key: KeyObject | undefined,
  signature: Uint8Array,
  message: Uint8Array,
  context?: Uint8Array,
): boolean {
  if (key === undefined) return false;
  try {
    return verify(null, message, context === undefined ? key : { key, context }, signature);
  } catch {
    return false;
  }
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
