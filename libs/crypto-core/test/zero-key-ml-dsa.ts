import { createHash } from 'node:crypto';

/** What FIPS 204 tables 1 and 2 say of a parameter set, as far as a key without t1 needs it. */
const PARAMETERS = {
  'ML-DSA-44': { publicKey: 1312, challenge: 32, signature: 2420, zeroes: '000002000800200080', z: 2304 },
  'ML-DSA-65': { publicKey: 1952, challenge: 48, signature: 3309, zeroes: '0000080080', z: 3200 },
} as const;

/** A public key whose t1 is zero (FIPS 204 algorithm 22): rho, then zeros. Whoever has it can sign for it. */
export function zeroPublicKey(algorithm: keyof typeof PARAMETERS, rho: number): Uint8Array {
  return new Uint8Array(PARAMETERS[algorithm].publicKey).fill(rho, 0, 32);
}

/**
 * A signature under such a key, by FIPS 204 algorithm 8 with SHAKE256 alone: with z = 0 and no hint the commitment w1 is
 * zero, so that the challenge is H(mu || 0) and the verifier finds the same. An independent way to a valid signature whose
 * every input (key, context, message) counts.
 */
export function zeroKeySignature(
  algorithm: keyof typeof PARAMETERS,
  publicKey: Uint8Array,
  message: Uint8Array,
  context: Uint8Array = new Uint8Array(),
): Uint8Array {
  const { challenge, signature, zeroes, z } = PARAMETERS[algorithm];
  const tr = shake256(64, publicKey);
  const mu = shake256(64, tr, Uint8Array.of(0, context.length), context, message);
  // 768 bytes for both: 4 polynomials of 256 coefficients of 6 bits, or 6 of 256 of 4 bits.
  const commitmentHash = shake256(challenge, mu, new Uint8Array(768));
  // A zero coefficient is written as gamma1 - 0.
  const zeroVector = Buffer.alloc(z, zeroes, 'hex');
  const hint = new Uint8Array(signature - challenge - z);
  return Uint8Array.from(Buffer.concat([commitmentHash, zeroVector, hint]));
}

function shake256(length: number, ...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('shake256', { outputLength: length });
  for (const part of parts) hash.update(part);
  return hash.digest();
}
