import { CryptoError, isCryptoError } from '../error.ts';
import type { HpkeKem } from './kem.ts';

/** The one error of everything that does not open, whatever is wrong with it. */
export function refusedHpke(): CryptoError {
  return new CryptoError(
    'hpke-refused',
    'the message does not open: wrong key, wrong context or altered bytes',
  );
}

/** The error of bytes that are no key of a KEM. What is public of them is told: their length. */
export function malformedKey(what: string, length: number, limit: string): CryptoError {
  return new CryptoError('hpke-key-malformed', `${what} is malformed`, { value: `${length} bytes`, limit });
}

/** Runs what handles keys that came with a message: one that is malformed is a refused message, like any other. */
export function refusingMalformedKeys<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (isCryptoError(error) && error.code === 'hpke-key-malformed') throw refusedHpke();
    throw error;
  }
}

/** The error of a sender's key that the KEM of the recipient's key cannot use. */
export function unsupportedSender(given: HpkeKem, recipient: HpkeKem): CryptoError {
  return new CryptoError(
    'hpke-sender-unsupported',
    'the recipient cannot authenticate a sender by that key',
    {
      value: given.name,
      limit: `a key of ${recipient.name}, where that is a DHKEM`,
    },
  );
}
