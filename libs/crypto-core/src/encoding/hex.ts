import { CryptoError } from '../error.ts';

const LOWER_OR_UPPER = /^(?:(?:[0-9a-f]{2})*|(?:[0-9A-F]{2})*)$/;

/** Lower-case hexadecimal. For public bytes: the string cannot be wiped. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/**
 * The bytes of an even number of hexadecimal digits, all lower or all upper case; no prefix and no space.
 *
 * @throws CryptoError `hex-malformed`; the message tells the number of characters and never the text
 */
export function fromHex(text: string): Uint8Array {
  if (!LOWER_OR_UPPER.test(text)) {
    throw new CryptoError('hex-malformed', 'the text is not hexadecimal', {
      value: `${text.length} characters`,
      limit: 'an even number of digits 0-9 a-f, in one case',
    });
  }
  return new Uint8Array(Buffer.from(text, 'hex'));
}
