import { CryptoError, isCryptoError } from '../error.ts';

/** The one error of everything that does not open, whatever part of it failed. */
export function refusedRecipients(): CryptoError {
  return new CryptoError(
    'recipients-refused',
    'what was sealed does not open: no recipient, wrong context, below the policy, or altered or missing bytes',
  );
}

/** The refusal for the error of a body that does not open; any other error, such as one of a source, as it is. */
export function bodyError(error: unknown): unknown {
  const isRefusal =
    isCryptoError(error) && (error.code === 'envelope-refused' || error.code === 'envelope-malformed');
  return isRefusal ? refusedRecipients() : error;
}
