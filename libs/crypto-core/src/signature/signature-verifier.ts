import { compositeContext } from './composite.ts';
import { compositePublicKeys, verifyComposite } from './composite-draft.ts';
import { publicKeyObject, verifyWith } from './openssl-key.ts';
import type { SignatureAlgorithm } from './signature-algorithm.ts';

const NO_CONTEXT = new Uint8Array();

/**
 * What checks many signatures of one {@link Signer}: the public key is read once. It never throws, and says false to
 * everything where the bytes are no public key of the algorithm.
 */
export function signatureVerifier(
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
): (signature: Uint8Array, message: Uint8Array) => boolean {
  switch (algorithm) {
    case 'Ed25519': {
      const key = publicKeyObject(algorithm, publicKey);
      return (signature, message) => verifyWith(key, signature, message);
    }
    case 'ML-DSA-44':
    case 'ML-DSA-65': {
      const key = publicKeyObject(algorithm, publicKey);
      return (signature, message) => verifyWith(key, signature, message, NO_CONTEXT);
    }
    case 'MLDSA44-Ed25519-SHA512':
    case 'MLDSA65-Ed25519-SHA512': {
      const keys = compositePublicKeys(algorithm, publicKey);
      const context = compositeContext(algorithm, publicKey, NO_CONTEXT);
      return (signature, message) => verifyComposite(algorithm, keys, signature, message, context);
    }
  }
}
