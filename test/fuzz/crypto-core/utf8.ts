import { isCryptoError, SecretBytes, utf8 } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame } from './input/bytes.ts';

/** The input as UTF-16, where any two bytes are a unit: the one way to lone surrogates. */
function utf16(input: Uint8Array): string {
  return Buffer.from(input).toString('utf16le');
}

const texts = ['', 'bitcoin', 'pässwörd', '₿', '🔑 key', '\u0000'];

export const target: FuzzTarget<{ readonly bytes: Uint8Array; readonly secret: SecretBytes }> = {
  seeds: texts.map((text) => new Uint8Array(Buffer.from(text, 'utf16le'))),
  dictionary: ['d800', 'dbff', 'dc00', 'dfff', 'feff', 'fffe'].map((unit) =>
    Uint8Array.from(Buffer.from(unit, 'hex')),
  ),
  maxLength: 64,
  isRefusal: isCryptoError,
  decode: (input) => {
    const text = utf16(input);
    return { bytes: utf8(text), secret: SecretBytes.fromUtf8(text) };
  },
  check: ({ bytes, secret }, input) => {
    expectSame(Buffer.from(bytes).toString('utf8'), utf16(input), 'the text read again');
    if (!secret.equals(bytes)) throw new Error('the secret has other bytes than the text');
    secret[Symbol.dispose]();
  },
};
