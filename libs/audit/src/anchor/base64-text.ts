const ALPHABET: Uint8Array = new TextEncoder().encode(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
);
const PADDING = 0x3d;
const DECODER = new TextDecoder();

/**
 * Standard base64 with padding (RFC 4648, section 4), for megabytes: the headers of a whole chain as one text, which is not
 * put together of millions of pieces.
 */
export function base64Text(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let end = 0;
  for (let start = 0; start < bytes.length; start += 3) {
    const triple = ((bytes[start] ?? 0) << 16) | ((bytes[start + 1] ?? 0) << 8) | (bytes[start + 2] ?? 0);
    text[end] = ALPHABET[triple >> 18] ?? 0;
    text[end + 1] = ALPHABET[(triple >> 12) & 63] ?? 0;
    text[end + 2] = ALPHABET[(triple >> 6) & 63] ?? 0;
    text[end + 3] = ALPHABET[triple & 63] ?? 0;
    end += 4;
  }
  text.fill(PADDING, text.length - ((3 - (bytes.length % 3)) % 3));
  return DECODER.decode(text);
}
