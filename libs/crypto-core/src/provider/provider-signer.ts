import { CryptoError } from '../error.ts';
import { SIGNATURE_LENGTHS, type SignatureAlgorithm, type Signer } from '../signature/signature-algorithm.ts';
import type { KeyProvider } from './key-provider.ts';

/**
 * A signer over a key that stays in its provider, for what signs messages of any length.
 *
 * @throws CryptoError `algorithm-unsupported` for a key that signs digests, or nothing; those of the provider
 */
export async function providerSigner(provider: KeyProvider, id: string): Promise<Signer> {
  const { algorithm } = await provider.describe(id);
  if (!isSignatureAlgorithm(algorithm)) {
    throw new CryptoError('algorithm-unsupported', 'the key does not sign messages of any length', {
      value: algorithm,
      limit: Object.keys(SIGNATURE_LENGTHS).join(', '),
    });
  }
  const publicKey = await provider.publicKey(id);
  return { algorithm, publicKey, signAsync: (message) => provider.sign(id, message) };
}

function isSignatureAlgorithm(algorithm: string): algorithm is SignatureAlgorithm {
  return algorithm in SIGNATURE_LENGTHS;
}
