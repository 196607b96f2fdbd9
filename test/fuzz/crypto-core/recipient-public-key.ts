import {
  isCryptoError,
  RECIPIENT_TYPES,
  RecipientKey,
  RecipientPublicKey,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame, latin1, texts } from './input/bytes.ts';
import { markedKey } from './input/sealed-target.ts';

export const target: FuzzTarget<RecipientPublicKey> = {
  seeds: texts(
    ...RECIPIENT_TYPES.map((type) => RecipientKey.fromSeed(type, markedKey(type)).publicKey.encode()),
  ),
  dictionary: texts('be-recipient-1', ':', 'x25519', 'p256', 'mlkem768-x25519', '=', '+', '/', '\n', ' '),
  maxLength: 2_100,
  isRefusal: isCryptoError,
  decode: (input) => RecipientPublicKey.decode(latin1(input)),
  check: (publicKey, input) => {
    expectSame(publicKey.encode(), latin1(input), 'the key written again');
  },
};
