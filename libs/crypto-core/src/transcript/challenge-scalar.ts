import { CryptoError } from '../error.ts';
import { Scalar } from '../secp256k1/scalar.ts';

/** Uniform bytes that a challenge scalar is made of. */
export const CHALLENGE_SCALAR_LENGTH = 64;

/**
 * 64 uniform bytes modulo n: no challenge is likelier than another by more than 2^-256. A challenge of zero would let
 * whatever it multiplies go unproved, so it is refused, though it has a chance of 2^-256.
 *
 * @throws CryptoError `challenge-zero`
 */
export function challengeScalarFrom(uniform: Uint8Array): Scalar {
  const challenge = Scalar.fromUniformBytes(uniform);
  if (challenge.isZero) {
    throw new CryptoError('challenge-zero', 'the challenge is zero and proves nothing', {
      value: '0',
      limit: '1 to n - 1',
    });
  }
  return challenge;
}
