import { isCryptoError, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';
import { markedSecret } from './input/bytes.ts';

interface Content {
  readonly wrappingKey: SecretBytes;
  readonly keyset: Uint8Array;
  readonly keys: readonly { readonly check: Uint8Array; readonly sealed: Uint8Array }[];
}
const { decodeBackupContent, encodeBackupContent } = (await behindExports(
  'crypto-core',
  'keyset/keyset-backup-content.ts',
)) as {
  decodeBackupContent: (encoded: SecretBytes) => Content;
  encodeBackupContent: (content: Content) => SecretBytes;
};

const wrappingKey = SecretBytes.copyOf(markedSecret('wrapping key'));
const key = { check: new Uint8Array(32).fill(7), sealed: new Uint8Array(20).fill(9) };

export const target: FuzzTarget<Content> = {
  seeds: [[], [key], [key, key, { ...key, sealed: new Uint8Array() }]].map((keys) => {
    using encoded = encodeBackupContent({ wrappingKey, keyset: new Uint8Array(10), keys });
    return encoded.expose((bytes) => bytes.slice());
  }),
  dictionary: [Uint8Array.of(0, 0, 0, 0), Uint8Array.of(255, 255, 255, 255), Uint8Array.of(0, 0, 0, 1)],
  maxLength: 512,
  secrets: [markedSecret('wrapping key')],
  isRefusal: isCryptoError,
  decode: (input) => {
    using encoded = SecretBytes.copyOf(input);
    return decodeBackupContent(encoded);
  },
  check: (content, input) => {
    using again = encodeBackupContent(content);
    if (!again.equals(input)) throw new Error('the content written again differs');
    content.wrappingKey[Symbol.dispose]();
  },
};
