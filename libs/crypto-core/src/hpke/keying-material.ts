import { CryptoError } from '../error.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { HpkeKem } from './kem.ts';

/**
 * RFC 9180 section 7.1.3: keying material is at least as long as a private key.
 *
 * @throws CryptoError `key-length`
 */
export function checkKeyingMaterial(ikm: SecretBytes, kem: HpkeKem): void {
  if (ikm.length < kem.privateKeyLength) {
    throw new CryptoError('key-length', 'the keying material is too short', {
      value: `${ikm.length} bytes`,
      limit: `${kem.privateKeyLength} bytes or more`,
    });
  }
}
