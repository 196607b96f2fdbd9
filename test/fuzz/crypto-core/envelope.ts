import { open, seal, type SecretBytes, SUITE_NAMES } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, texts } from './input/bytes.ts';
import { markedKey, PLAINTEXT, sealedTarget } from './input/sealed-target.ts';

const key = markedKey('envelope');
const context = 'customer-pii';

export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds: SUITE_NAMES.flatMap((suite) =>
    [PLAINTEXT, new Uint8Array()].map((plaintext) =>
      seal(key, plaintext, { keyId: 'key-1', context, suite }),
    ),
  ),
  dictionary: texts('BESE', 'key-1', '\u0001\u0001\u0005'),
  secrets: [markedSecret('envelope')],
  open: (input) => open(key, input, { context }),
});
