import {
  openAs,
  RECIPIENT_TYPES,
  RecipientKey,
  sealTo,
  type SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, same, texts } from './input/bytes.ts';
import { markedKey, PLAINTEXT, sealedTarget } from './input/sealed-target.ts';

const context = 'handover';
const recipients = RECIPIENT_TYPES.map((type) => {
  const key = RecipientKey.fromSeed(type, markedKey(type));
  return { key, sealed: sealTo([key.publicKey], PLAINTEXT, { context }) };
});
const SUITE_AND_KEY_ID = { start: 12, end: 29 };

/** Sealed to one recipient, whose kind is chosen by the suite and the key id in the header. */
export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds: recipients.map(({ sealed }) => sealed),
  dictionary: texts('BESR', '\u0001', '\u0002', '\u0003'),
  secrets: RECIPIENT_TYPES.map(markedSecret),
  open: (input) => {
    const named = (bytes: Uint8Array): Uint8Array =>
      bytes.subarray(SUITE_AND_KEY_ID.start, SUITE_AND_KEY_ID.end);
    const found = recipients.find(({ sealed }) => same(named(sealed), named(input))) ?? recipients[0];
    if (found === undefined) throw new Error('there is no recipient');
    return openAs(found.key, input, { context });
  },
});
