import {
  decodeSecretBase64,
  encodeSecretBase64,
  isCryptoError,
  type SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { latin1, texts } from './input/bytes.ts';

export const target: FuzzTarget<SecretBytes> = {
  seeds: texts('', 'Zg==', 'Zm8=', 'Zm9v', 'AP+/', 'aGVsbG8gd29ybGQ='),
  dictionary: texts('=', '==', '===', '+', '/', '-', '_', '\n', ' ', '@', '[', '`', '{', ':'),
  maxLength: 64,
  isInputSecret: true,
  isRefusal: isCryptoError,
  decode: decodeSecretBase64,
  check: (secret, input) => {
    using decoded = secret;
    using again = encodeSecretBase64(decoded);
    if (!again.equals(input)) throw new Error('the text written again differs');
    if (!decoded.equals(Buffer.from(latin1(input), 'base64'))) throw new Error('Node decodes other bytes');
  },
};
