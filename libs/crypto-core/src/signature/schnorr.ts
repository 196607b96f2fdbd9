import { verifySchnorr as verify } from 'tiny-secp256k1';

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
    return verify(digest, xOnlyPublicKey, signature);
  } catch {
    return false;
  }
}
