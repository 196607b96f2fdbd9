import { verify } from 'tiny-secp256k1';
import { isCompressedPublicKey } from './public-key.ts';

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
    // The key is judged first, though libsecp256k1 reads it again: there a key that is no point ends in an exception that
    // is thrown through the WebAssembly module, each of which takes some of its stack for good; after some 50,000 of them
    // no signature would verify any more.
    return isCompressedPublicKey(publicKey) && verify(digest, publicKey, signature, true);
  } catch {
    return false;
  }
}
