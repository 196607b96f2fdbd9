import { CryptoError } from '../error.ts';

/**
 * The UTF-8 bytes of a text. For public text: see `SecretBytes.fromUtf8` for the rest.
 *
 * @throws CryptoError `text-malformed` for a lone surrogate, which has no UTF-8 form
 */
export function utf8(text: string): Uint8Array {
  if (!text.isWellFormed())
    throw new CryptoError('text-malformed', 'text with a lone surrogate has no UTF-8 form');
  return new TextEncoder().encode(text);
}
