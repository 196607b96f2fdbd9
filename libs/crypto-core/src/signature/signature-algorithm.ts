/** The lengths of a signature algorithm in bytes; all are fixed. */
interface SignatureLengths {
  readonly seed: number;
  readonly publicKey: number;
  readonly signature: number;
}

/**
 * Ed25519: RFC 8032 section 5.1. ML-DSA: FIPS 204 tables 1 and 2. The composites: draft-ietf-lamps-pq-composite-sigs-19,
 * ML-DSA in front of Ed25519 in seed, public key and signature.
 */
export const SIGNATURE_LENGTHS: Readonly<Record<SignatureAlgorithm, SignatureLengths>> = {
  Ed25519: { seed: 32, publicKey: 32, signature: 64 },
  'ML-DSA-44': { seed: 32, publicKey: 1312, signature: 2420 },
  'ML-DSA-65': { seed: 32, publicKey: 1952, signature: 3309 },
  'MLDSA44-Ed25519-SHA512': { seed: 64, publicKey: 1344, signature: 2484 },
  'MLDSA65-Ed25519-SHA512': { seed: 64, publicKey: 1984, signature: 3373 },
};

export type MlDsaAlgorithm = 'ML-DSA-44' | 'ML-DSA-65';
export type CompositeAlgorithm = 'MLDSA44-Ed25519-SHA512' | 'MLDSA65-Ed25519-SHA512';
export type SignatureAlgorithm = 'Ed25519' | MlDsaAlgorithm | CompositeAlgorithm;

/**
 * What signs: the keys of this library do, and so can a token or a service that holds its key elsewhere.
 */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  /** The signature of a message of any length, which stays as it is until the promise is settled. */
  signAsync(message: Uint8Array): Promise<Uint8Array>;
}
