import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';

/**
 * Whether a signature of pure ML-DSA-44 with an empty context is right (FIPS 204, algorithm 3), in JavaScript: browsers have none.
 * Never throws: what is malformed is not a signature.
 */
export function verifyMlDsa44(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ml_dsa44.verify(signature, message, publicKey);
  } catch {
    return false;
  }
}
