import { CryptoError } from '../error.ts';
import { utf8 } from './utf8.ts';

const MAX_LENGTH = 255;

/**
 * The bytes of a context or a label: the name of what a key or a message is for.
 *
 * @throws CryptoError `context-malformed` for anything but 1 to 255 bytes of UTF-8
 */
export function encodeContext(context: string): Uint8Array {
  const bytes = context.isWellFormed() ? utf8(context) : new Uint8Array();
  if (bytes.length < 1 || bytes.length > MAX_LENGTH) {
    throw new CryptoError('context-malformed', 'the context or label is malformed', {
      value: `${context.length} UTF-16 units`,
      limit: `1 to ${MAX_LENGTH} bytes of UTF-8`,
    });
  }
  return bytes;
}
