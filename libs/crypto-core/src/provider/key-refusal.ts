import { CryptoError } from '../error.ts';
import type { KeyAlgorithm } from './key-algorithm.ts';

/** The error of every use of a key that never was. */
export function missingKey(id: string): CryptoError {
  return new CryptoError('key-missing', 'there is no such key', { value: id });
}

/** The error of every use of a key that was destroyed. */
export function destroyedKey(id: string): CryptoError {
  return new CryptoError('key-destroyed', 'the key was destroyed', { value: id });
}

/** The error of what a provider cannot make. */
export function unsupportedAlgorithm(algorithm: string, supported: readonly KeyAlgorithm[]): CryptoError {
  return new CryptoError('algorithm-unsupported', 'keys of this algorithm cannot be made here', {
    value: algorithm,
    limit: supported.join(', '),
  });
}
