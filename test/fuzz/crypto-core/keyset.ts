import { isCryptoError } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';
import { expectSame, markedSecret, texts } from './input/bytes.ts';

interface Keyset {
  readonly document: {
    readonly purpose: string;
    readonly version: number;
    readonly integrityKeyId: string;
    readonly generations: readonly {
      readonly number: number;
      readonly keyId: string;
      readonly state: string;
    }[];
  };
  readonly mac: Uint8Array;
}
const { encodeKeyset, parseKeyset } = (await behindExports('crypto-core', 'keyset/keyset-codec.ts')) as {
  encodeKeyset: (keyset: Keyset) => Uint8Array;
  parseKeyset: (bytes: Uint8Array) => Keyset;
};

const mac = markedSecret('a MAC, which is public');
const states = ['rotated', 'disabled', 'destroyed', 'primary', 'active'];
const generations = states.map((state, index) => ({
  number: index + 1,
  keyId: `key-${String(index)}`,
  state,
}));

export const target: FuzzTarget<Keyset> = {
  seeds: [
    encodeKeyset({
      document: {
        purpose: 'payments',
        version: 1,
        integrityKeyId: 'integrity',
        generations: [{ number: 1, keyId: 'key', state: 'primary' }],
      },
      mac,
    }),
    encodeKeyset({
      document: { purpose: 'Zahlungen für Kunden', version: 7, integrityKeyId: 'i', generations },
      mac,
    }),
  ],
  dictionary: texts(
    ...states.map((state) => JSON.stringify(state)),
    ...[
      '"number": ',
      '"keyId": ',
      '"state": ',
      '"mac": ',
      '"purpose": ',
      '"version": ',
      '4294967295',
      '4294967296',
      '1.0',
      '-0',
    ],
    ...['"__proto__": ', '\\u0041', 'null', '{}', '[]', ',\n    '],
  ),
  maxLength: 2_048,
  isRefusal: isCryptoError,
  decode: parseKeyset,
  check: (keyset, input) => {
    expectSame(encodeKeyset(keyset), input, 'the keyset written again');
    const primaries = keyset.document.generations.filter(({ state }) => state === 'primary');
    if (primaries.length !== 1) throw new Error(`${String(primaries.length)} primaries`);
  },
};
