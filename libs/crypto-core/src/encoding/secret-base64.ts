import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { rangeMask } from './byte-range.ts';

const PADDING = 61;

/**
 * The secret of which this is the base64 text (RFC 4648 section 4), in ASCII. Only the one canonical text of a secret is
 * taken: the standard alphabet, padded, the bits that padding leaves over zero (section 3.5), no line break and no space
 * (section 3.3). No branch and no index depends on a character, but for the `=` at the end, which tell the length;
 * whether all is well-formed is decided once, at the end. The length is public.
 *
 * @throws CryptoError `base64-malformed`, which tells the length alone; `secret-disposed`
 */
export function decodeSecretBase64(text: SecretBytes | Uint8Array): SecretBytes {
  return text instanceof Uint8Array ? decode(text) : text.expose(decode);
}

/**
 * The base64 text (RFC 4648 section 4, padded) of a secret, in ASCII, without a branch or an index that depends on it.
 *
 * @throws CryptoError `secret-disposed`
 */
export function encodeSecretBase64(secret: SecretBytes): SecretBytes {
  return secret.expose((bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text = new Uint8Array(new ArrayBuffer(Math.ceil(bytes.length / 3) * 4)).fill(PADDING);
    // What lies beyond the end of the secret counts as zero.
    const byteAt = (index: number): number => (index < bytes.length ? view.getUint8(index) : 0);
    const characters = Math.ceil((bytes.length * 4) / 3);
    for (let at = 0; at < characters; at += 1) {
      const first = (at * 6) >>> 3;
      const pair = (byteAt(first) << 8) | byteAt(first + 1);
      text[at] = character((pair >>> (10 - ((at * 6) & 7))) & 63);
    }
    return SecretBytes.takeFrom(text);
  });
}

/** RFC 4648 table 1, by arithmetic. */
function character(value: number): number {
  return (
    ((value + 65) & rangeMask(value, 0, 25)) |
    ((value + 71) & rangeMask(value, 26, 51)) |
    ((value - 4) & rangeMask(value, 52, 61)) |
    (43 & rangeMask(value, 62, 62)) |
    (47 & rangeMask(value, 63, 63))
  );
}

function decode(text: Uint8Array): SecretBytes {
  const view = new DataView(text.buffer, text.byteOffset, text.byteLength);
  const padding = [text.at(-1), text.at(-2)].findIndex((last) => last !== PADDING);
  const padded = padding === -1 ? 2 : padding;
  const characters = text.length - padded;
  const bytes = new Uint8Array(new ArrayBuffer(Math.max(0, (characters * 3) >>> 2)));
  let isWellFormed = -1;
  let bits = 0;
  for (let at = 0; at < characters; at += 1) {
    const next = view.getUint8(at);
    const isUpper = rangeMask(next, 65, 90);
    const isLower = rangeMask(next, 97, 122);
    const isNumber = rangeMask(next, 48, 57);
    const isPlus = rangeMask(next, 43, 43);
    const isSlash = rangeMask(next, 47, 47);
    const value =
      ((next - 65) & isUpper) |
      ((next - 71) & isLower) |
      ((next + 4) & isNumber) |
      (62 & isPlus) |
      (63 & isSlash);
    isWellFormed &= isUpper | isLower | isNumber | isPlus | isSlash;
    bits = ((bits << 6) | value) & 0xfff;
    // The second, third and fourth character of four each complete a byte.
    if ((at & 3) !== 0) bytes[(at * 3) >>> 2] = bits >>> ((3 - (at & 3)) * 2);
  }
  // One `=` leaves two bits over and two leave four: they must be zero.
  const leftOver = bits & ((1 << (padded * 2)) - 1);
  isWellFormed &= ~(-leftOver >> 31);
  if (isWellFormed === 0 || text.length % 4 !== 0) {
    bytes.fill(0);
    throw new CryptoError('base64-malformed', 'the text is not base64', {
      value: `${text.length} characters`,
      limit: 'canonical base64 of RFC 4648 section 4, padded, without spaces',
    });
  }
  return SecretBytes.takeFrom(bytes);
}
