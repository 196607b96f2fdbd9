const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const CODES: Uint8Array = new TextEncoder().encode(ALPHABET);
const PADDING = 0x3d;
const DECODER = new TextDecoder();

/** Value of each ASCII character, and -1 for those that are none of the alphabet. */
const VALUES: Int8Array = Int8Array.from({ length: 128 }, (_, code) =>
  ALPHABET.indexOf(String.fromCharCode(code)),
);

/**
 * The bytes of standard base64 with padding (RFC 4648, section 4); `undefined` for anything that no encoder writes:
 * other characters, missing padding, or bits behind the last byte.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array(Math.floor((digits * 3) / 4));
  let pending = 0;
  let pendingBits = 0;
  let written = 0;
  for (let position = 0; position < digits; position += 1) {
    const value = VALUES[text.charCodeAt(position)] ?? -1;
    if (value < 0) return undefined;
    pending = (pending << 6) | value;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes[written] = pending >> pendingBits;
      written += 1;
      pending &= (1 << pendingBits) - 1;
    }
  }
  return pending === 0 ? bytes : undefined;
}

/**
 * Standard base64 with padding (RFC 4648, section 4). As one array, because the headers of a whole chain are megabytes, which
 * are not put together of millions of pieces.
 */
export function encodeBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let end = 0;
  for (let start = 0; start < bytes.length; start += 3) {
    const triple = ((bytes[start] ?? 0) << 16) | ((bytes[start + 1] ?? 0) << 8) | (bytes[start + 2] ?? 0);
    text[end] = CODES[triple >> 18] ?? 0;
    text[end + 1] = CODES[(triple >> 12) & 63] ?? 0;
    text[end + 2] = CODES[(triple >> 6) & 63] ?? 0;
    text[end + 3] = CODES[triple & 63] ?? 0;
    end += 4;
  }
  text.fill(PADDING, text.length - ((3 - (bytes.length % 3)) % 3));
  return DECODER.decode(text);
}
