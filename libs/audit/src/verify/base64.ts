const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const VALUES: ReadonlyMap<string, number> = new Map(
  Array.from({ length: ALPHABET.length }, (_, value) => [ALPHABET.charAt(value), value]),
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
    const value = VALUES.get(text.charAt(position));
    if (value === undefined) return undefined;
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
