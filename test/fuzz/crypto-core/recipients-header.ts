import {
  describeRecipients,
  isCryptoError,
  RECIPIENT_TYPES,
  RecipientKey,
  type RecipientsDescription,
  sealTo,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { texts } from './input/bytes.ts';
import { markedKey } from './input/sealed-target.ts';

const recipients = RECIPIENT_TYPES.map((type) => RecipientKey.fromSeed(type, markedKey(type)).publicKey);

export const target: FuzzTarget<RecipientsDescription> = {
  seeds: recipients.map((_, index) =>
    sealTo(recipients.slice(0, index + 1), new Uint8Array(), { context: 'c' }),
  ),
  dictionary: texts('BESR', '\u0001\u0001', '\u0001\u0002', '\u0001\u0000'),
  maxLength: 2_048,
  isRefusal: isCryptoError,
  decode: describeRecipients,
  check: ({ version, recipients: described, headerLength }, input) => {
    if (version !== 1 || headerLength > input.length)
      throw new Error(`a header of ${String(headerLength)} bytes`);
    if (described.length < 1 || described.length > 256)
      throw new Error(`${String(described.length)} recipients`);
    const names = new Set(described.map(({ type, keyId }) => `${type} ${keyId}`));
    if (names.size !== described.length && !names.has('unknown')) {
      const isKnownTwice = described.some(
        (one, index) =>
          one.type !== 'unknown' &&
          described.findIndex(({ type, keyId }) => type === one.type && keyId === one.keyId) !== index,
      );
      if (isKnownTwice) throw new Error('a recipient stands there twice');
    }
  },
};
