import type { SignatureAlgorithm } from '../signature/signature-algorithm.ts';

/** What a key is for; one key does one thing. `HMAC-SHA-256` keys seal envelopes, all others sign. */
export type KeyAlgorithm = 'HMAC-SHA-256' | SigningAlgorithm;

/** ECDSA (RFC 6979, low S) and Schnorr (BIP340) sign digests of 32 bytes, the others messages of any length. */
export type SigningAlgorithm = 'ECDSA-secp256k1' | 'Schnorr-secp256k1' | SignatureAlgorithm;

/** The byte of each algorithm in files. Never given a second meaning. */
const ALGORITHM_IDS: Readonly<Record<KeyAlgorithm, number>> = {
  'HMAC-SHA-256': 1,
  'ECDSA-secp256k1': 2,
  'Schnorr-secp256k1': 3,
  Ed25519: 4,
  'ML-DSA-44': 5,
  'ML-DSA-65': 6,
  'MLDSA44-Ed25519-SHA512': 7,
  'MLDSA65-Ed25519-SHA512': 8,
};

/** Every algorithm that a key can have. */
export const KEY_ALGORITHMS: readonly KeyAlgorithm[] = Object.keys(ALGORITHM_IDS) as KeyAlgorithm[];

export function algorithmId(algorithm: KeyAlgorithm): number {
  return ALGORITHM_IDS[algorithm];
}

/** The algorithm of a byte in a file; undefined where there is none. */
export function algorithmOf(id: number | undefined): KeyAlgorithm | undefined {
  return KEY_ALGORITHMS.find((algorithm) => ALGORITHM_IDS[algorithm] === id);
}
