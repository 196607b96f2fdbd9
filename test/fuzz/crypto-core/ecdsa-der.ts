import {
  ecdsaSignatureFromDer,
  ecdsaSignatureToDer,
  isCryptoError,
  sha256,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame } from './input/bytes.ts';

const digest = sha256(utf8('r and s'));
const scalars: readonly Uint8Array[] = [
  digest,
  new Uint8Array(32),
  digest.map((byte) => byte | 0x80),
  digest.with(0, 0),
  new Uint8Array(32).with(31, 1),
];

export const target: FuzzTarget<Uint8Array> = {
  seeds: scalars.map((r, index) => ecdsaSignatureToDer(Uint8Array.of(...r, ...(scalars.at(-index) ?? r)))),
  dictionary: [
    Uint8Array.of(0x30),
    Uint8Array.of(0x02, 0x00),
    Uint8Array.of(0x02, 0x21, 0x00),
    Uint8Array.of(0x81, 0x80),
  ],
  maxLength: 160,
  isRefusal: isCryptoError,
  decode: ecdsaSignatureFromDer,
  check: (signature, input) => {
    expectSame(ecdsaSignatureToDer(signature), input, 'the signature written again');
  },
};
