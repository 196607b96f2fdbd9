import {
  decodeSecretBase64,
  decodeSecretHex,
  encodeSecretBase64,
  encodeSecretHex,
  isCryptoError,
  SecretBytes,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeMask } from '../src/encoding/byte-range.ts';
import { refusal } from './refusal.ts';

const anyBytes = fc.uint8Array({ maxLength: 70 });
const ascii = (text: SecretBytes): string => text.expose((bytes) => Buffer.from(bytes).toString('latin1'));
const hexOf = (secret: SecretBytes): string => secret.expose((bytes) => Buffer.from(bytes).toString('hex'));
const decoders = [
  { name: 'hex', decode: decodeSecretHex, encode: encodeSecretHex, encoding: 'hex' },
  { name: 'base64', decode: decodeSecretBase64, encode: encodeSecretBase64, encoding: 'base64' },
] as const;

/** Whether Node's lenient decoder reads the text and its encoder writes the very same text back. */
function isCanonical(text: Uint8Array, encoding: 'hex' | 'base64'): boolean {
  const read = Buffer.from(Buffer.from(text).toString('latin1'), encoding).toString(encoding);
  return Buffer.from(text).equals(Buffer.from(read, 'latin1'));
}

// RFC 4648 section 10.
const figures = [
  ['', '', ''],
  ['f', 'Zg==', '66'],
  ['fo', 'Zm8=', '666f'],
  ['foo', 'Zm9v', '666f6f'],
  ['foob', 'Zm9vYg==', '666f6f62'],
  ['fooba', 'Zm9vYmE=', '666f6f6261'],
  ['foobar', 'Zm9vYmFy', '666f6f626172'],
] as const;

describe('base64 and hex of a secret', () => {
  it.each(figures)('give the figures of RFC 4648 section 10 for "%s"', (text, base64, hex) => {
    using secret = SecretBytes.fromUtf8(text);
    expect(ascii(encodeSecretBase64(secret))).toBe(base64);
    expect(ascii(encodeSecretHex(secret))).toBe(hex);
    expect(decodeSecretBase64(utf8(base64)).equals(secret)).toBe(true);
    expect(decodeSecretHex(utf8(hex)).equals(secret)).toBe(true);
    expect(decodeSecretHex(utf8(hex.toUpperCase())).equals(secret)).toBe(true);
  });

  it.each(decoders)('agree with Buffer on all bytes ($name)', ({ decode, encode, encoding }) => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        using secret = SecretBytes.copyOf(bytes);
        using text = encode(secret);
        expect(ascii(text)).toBe(Buffer.from(bytes).toString(encoding));
        expect(decode(text).equals(secret)).toBe(true);
        expect(text.expose(decode).equals(secret)).toBe(true);
      }),
    );
  });

  it.each(decoders)('agree with Buffer on which text is canonical ($name)', ({ decode, encoding }) => {
    const near = fc.constantFrom(...Buffer.from('AZaz09afAF+/=-_ \n\u0000/:@G[`g{'));
    const anyText = fc.array(fc.oneof(near, fc.nat(255)), { maxLength: 9 });
    const nearlyRight = fc
      .tuple(anyBytes, fc.nat(), fc.oneof(near, fc.nat(255)))
      .map(([bytes, place, character]) => {
        const text = [...Buffer.from(Buffer.from(bytes).toString(encoding))];
        if (text.length > 0) text[place % text.length] = character;
        return text;
      });
    let refused = 0;
    fc.assert(
      fc.property(fc.oneof(anyText, nearlyRight), (characters) => {
        const text = Uint8Array.from(characters);
        // Node writes hexadecimal in lower case; all in upper case is as good.
        const lower = Buffer.from(text)
          .toString('latin1')
          .replaceAll(/[A-F]/g, (digit) => digit.toLowerCase());
        const isUpperHex = encoding === 'hex' && /^[0-9A-F]*$/.test(Buffer.from(text).toString('latin1'));
        const canonical = isUpperHex ? Buffer.from(lower, 'latin1') : text;
        if (isCanonical(canonical, encoding)) {
          expect(hexOf(decode(text))).toBe(
            Buffer.from(Buffer.from(text).toString('latin1'), encoding).toString('hex'),
          );
        } else {
          refused += 1;
          expect(refusal(() => decode(text)).code).toBe(`${encoding}-malformed`);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it.each(decoders)('refuse every wrong character at every place ($name)', ({ decode, encode, encoding }) => {
    using secret = SecretBytes.copyOf(Uint8Array.of(0x0f, 0xab, 0xcd, 0xef, 0x12));
    const text = encode(secret).expose((bytes) => bytes.slice());
    const readBack = (altered: Uint8Array): unknown => {
      try {
        return ascii(encode(decode(altered)));
      } catch (error) {
        return isCryptoError(error) ? error.code : error;
      }
    };
    const wrong: string[] = [];
    for (let place = 0; place < text.length; place += 1) {
      for (let character = 0; character < 256; character += 1) {
        const altered = text.with(place, character);
        const expected = isCanonical(altered, encoding)
          ? Buffer.from(altered).toString('latin1')
          : `${encoding}-malformed`;
        if (readBack(altered) !== expected) wrong.push(`${character} at ${place}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    'Zg=',
    'Zg',
    'Zg===',
    '=',
    '==',
    '===',
    '====',
    'Zh==',
    'Zm9=',
    'Z===',
    'Zg==Zg==',
    'Zm9v\n',
    ' Zm9v',
    'Zm9v====',
    'Zm_-',
    'Zm9\u00d6',
  ])('refuse %j as base64', (text) => {
    const error = refusal(() => decodeSecretBase64(Buffer.from(text, 'latin1')));
    expect(error).toMatchObject({ code: 'base64-malformed', value: `${text.length} characters` });
  });

  it.each(['0', '000', '0x00', 'aB', 'Ab', '00aaBB', 'g0', '0g', '00\n', ' 00', '@0', '`0', '/0', ':0'])(
    'refuse %j as hexadecimal',
    (text) => {
      const error = refusal(() => decodeSecretHex(utf8(text)));
      expect(error).toMatchObject({ code: 'hex-malformed', value: `${text.length} characters` });
    },
  );

  it.each(decoders)('tell nothing of a refused text but its length ($name)', ({ decode }) => {
    const text = utf8('c0ffeec0ffeec0ffee!!');
    refusal(() => decode(text), [text, text.subarray(0, 8)]);
  });

  it('read the part that a view shows and leave it as it is', () => {
    const whole = utf8('xx666fyy');
    expect(hexOf(decodeSecretHex(whole.subarray(2, 6)))).toBe('666f');
    expect(hexOf(decodeSecretBase64(utf8('xxZm9vyy').subarray(2, 6)))).toBe('666f6f');
    expect(Buffer.from(whole).toString()).toBe('xx666fyy');
  });

  it.each(decoders)('refuse a secret that was disposed ($name)', ({ decode, encode }) => {
    const secret = SecretBytes.random(4);
    secret[Symbol.dispose]();
    expect(refusal(() => decode(secret)).code).toBe('secret-disposed');
    expect(refusal(() => encode(secret)).code).toBe('secret-disposed');
  });
});

describe('the mask of a range', () => {
  it('has all bits inside of the range and none outside, for every byte and every bound', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      for (const [first, last] of [
        [0, 255],
        [48, 57],
        [97, 102],
        [43, 43],
        [0, 0],
        [255, 255],
      ] as const) {
        expect(rangeMask(byte, first, last)).toBe(byte >= first && byte <= last ? -1 : 0);
      }
    }
  });
});
