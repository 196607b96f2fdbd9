import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { rangeMask } from './byte-range.ts';

/**
 * The secret whose hexadecimal digits these are, in ASCII: an even number of them, all lower or all upper case, no prefix
 * and no space, as {@link fromHex} takes them. No branch and no index depends on a digit; whether all of them are digits
 * is decided once, at the end. The length is public.
 *
 * @throws CryptoError `hex-malformed`, which tells the length alone; `secret-disposed`
 */
export function decodeSecretHex(text: SecretBytes | Uint8Array): SecretBytes {
  return text instanceof Uint8Array ? decode(text) : text.expose(decode);
}

/**
 * The lower-case hexadecimal digits of a secret, in ASCII, without a branch or an index that depends on it.
 *
 * @throws CryptoError `secret-disposed`
 */
export function encodeSecretHex(secret: SecretBytes): SecretBytes {
  return secret.expose((bytes) => {
    const digits = new Uint8Array(new ArrayBuffer(bytes.length * 2));
    let at = 0;
    for (const byte of bytes) {
      digits[at] = digit(byte >>> 4);
      digits[at + 1] = digit(byte & 15);
      at += 2;
    }
    return SecretBytes.takeFrom(digits);
  });
}

/** 0-9 follow `0`; 10-15 follow `a`, which is 39 further than ten after `0`. */
function digit(value: number): number {
  return 48 + value + (rangeMask(value, 10, 15) & 39);
}

function decode(text: Uint8Array): SecretBytes {
  const view = new DataView(text.buffer, text.byteOffset, text.byteLength);
  const bytes = new Uint8Array(new ArrayBuffer(text.length >>> 1));
  let allDigits = -1;
  let anyLower = 0;
  let anyUpper = 0;
  let byte = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = view.getUint8(at);
    const isNumber = rangeMask(character, 48, 57);
    const isLower = rangeMask(character, 97, 102);
    const isUpper = rangeMask(character, 65, 70);
    const value = ((character - 48) & isNumber) | ((character - 87) & isLower) | ((character - 55) & isUpper);
    // Written at every digit: half of a byte first, the whole of it at the second.
    byte = ((byte << 4) | value) & 0xff;
    bytes[at >>> 1] = byte;
    allDigits &= isNumber | isLower | isUpper;
    anyLower |= isLower;
    anyUpper |= isUpper;
  }
  const isWellFormed = allDigits & ~(anyLower & anyUpper);
  if (isWellFormed === 0 || text.length % 2 !== 0) {
    bytes.fill(0);
    throw new CryptoError('hex-malformed', 'the text is not hexadecimal', {
      value: `${text.length} characters`,
      limit: 'an even number of digits 0-9 a-f, in one case',
    });
  }
  return SecretBytes.takeFrom(bytes);
}
