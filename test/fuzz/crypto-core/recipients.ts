import {
  openAs,
  RECIPIENT_TYPES,
  RecipientKey,
  sealTo,
  type SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, texts } from './input/bytes.ts';
import { markedKey, PLAINTEXT, sealedTarget } from './input/sealed-target.ts';

const context = 'handover';
const keys = RECIPIENT_TYPES.map((type) => RecipientKey.fromSeed(type, markedKey(type)));
const own = RecipientKey.fromSeed('x25519', markedKey('own key'));
const publicKeys = keys.map(({ publicKey }) => publicKey);

/** Opened by one recipient of many: what is sealed to the others is not opened, but authenticated. */
export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds: [
    sealTo([own.publicKey], PLAINTEXT, { context }),
    sealTo([...publicKeys.slice(0, 2), own.publicKey], PLAINTEXT, { context }),
    sealTo([own.publicKey, ...publicKeys], PLAINTEXT, { context }),
  ],
  dictionary: texts('BESR', '\u0001\u0001', '\u0001\u0002'),
  secrets: [markedSecret('own key')],
  open: (input) => openAs(own, input, { context }),
});
