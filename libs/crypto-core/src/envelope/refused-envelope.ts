import { CryptoError } from '../error.ts';

/** The one error of everything that does not open, whatever the reason: the reason would help whoever forges. */
export function refusedEnvelope(): CryptoError {
  return new CryptoError(
    'envelope-refused',
    'the envelope does not open: wrong key, wrong context, below the policy, or altered or missing bytes',
  );
}
