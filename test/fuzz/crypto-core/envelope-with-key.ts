import {
  type CryptoPolicy,
  DEFAULT_POLICY,
  type EnvelopeKey,
  envelopeKey,
  openWith,
  seal,
  type SecretBytes,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, texts } from './input/bytes.ts';
import { markedKey, PLAINTEXT, sealedTarget } from './input/sealed-target.ts';

const secrets = { first: markedKey('first key'), second: markedKey('second key') };
const keys = new Map<string, EnvelopeKey>(
  Object.entries(secrets).map(([keyId, secret]) => [keyId, envelopeKey(secret, keyId)]),
);
const context = 'customer-pii';
const policy = (DEFAULT_POLICY satisfies CryptoPolicy).decide({ sensitivity: 'restricted' });

/** The key is looked up by what the header says, and a policy refuses one suite. */
export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds: Object.entries(secrets).map(([keyId, secret]) => seal(secret, PLAINTEXT, { keyId, context })),
  dictionary: texts('BESE', 'first', 'second', 'third'),
  secrets: [markedSecret('first key'), markedSecret('second key')],
  open: (input) => openWith((keyId) => keys.get(keyId), input, { context, policy }),
});
