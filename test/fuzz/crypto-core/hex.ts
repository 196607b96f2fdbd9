import { fromHex, isCryptoError, toHex } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame, latin1, texts } from './input/bytes.ts';

export const target: FuzzTarget<Uint8Array> = {
  seeds: texts('', '00ff', 'DEADBEEF', '0123456789abcdef'),
  dictionary: texts('0x', ' ', '\n', 'g', 'Aa'),
  maxLength: 64,
  isRefusal: isCryptoError,
  decode: (input) => fromHex(latin1(input)),
  check: (bytes, input) => {
    expectSame(toHex(bytes), latin1(input).toLowerCase(), 'the text written again');
  },
};
