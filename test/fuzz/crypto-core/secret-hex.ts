import {
  decodeSecretHex,
  encodeSecretHex,
  fromHex,
  isCryptoError,
  type SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame, latin1, texts } from './input/bytes.ts';

export const target: FuzzTarget<SecretBytes> = {
  seeds: texts('', '00ff', 'DEADBEEF', '0123456789abcdef'),
  dictionary: texts('0x', ' ', '\n', 'g', '/', ':', '@', 'G', '`', 'Aa'),
  maxLength: 64,
  isInputSecret: true,
  isRefusal: isCryptoError,
  decode: decodeSecretHex,
  check: (secret, input) => {
    using decoded = secret;
    using again = encodeSecretHex(decoded);
    expectSame(again.expose(latin1), latin1(input).toLowerCase(), 'the text written again');
    if (!decoded.equals(fromHex(latin1(input)))) throw new Error('fromHex gives other bytes');
  },
};
