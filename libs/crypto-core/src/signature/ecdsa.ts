import { verify } from 'tiny-secp256k1';

const COMPRESSED_LENGTH = 33;

/**
 * Whether an ECDSA signature is right. A high S is refused (BIP62, BIP146), so that nobody can turn one valid
 * signature into another. Never throws: what is malformed is not a signature.
 *
 * @param signature r and s, 64 bytes; see `ecdsaSignatureFromDer`
 * @param digest 32 bytes
 * @param publicKey 33 bytes, compressed
 */
export function verifyEcdsa(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    // libsecp256k1 reads the key again and refuses what is no point; it would take an uncompressed one.
    return publicKey.length === COMPRESSED_LENGTH && verify(digest, publicKey, signature, true);
  } catch {
    return false;
  }
}
