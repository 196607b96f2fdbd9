import { verifySchnorr as verify } from 'tiny-secp256k1';
import { isXOnlyPublicKey } from './public-key.ts';

/**
 * Whether a BIP340 signature is right. Never throws: what is malformed is not a signature.
 *
 * @param signature 64 bytes
 * @param digest 32 bytes
 * @param xOnlyPublicKey 32 bytes
 */
export function verifySchnorr(
  signature: Uint8Array,
  digest: Uint8Array,
  xOnlyPublicKey: Uint8Array,
): boolean {
  try {
    // Judged first for the reason that `verifyEcdsa` gives.
    return isXOnlyPublicKey(xOnlyPublicKey) && verify(digest, xOnlyPublicKey, signature);
  } catch {
    return false;
  }
}
