import { decryptAead, encryptAead, SUITE_NAMES } from '@bitcoin-enterprise/crypto-core/aead';
import type { SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, same } from './input/bytes.ts';
import { joinFields, splitFields } from './input/fields.ts';
import { markedKey, PLAINTEXT, sealedTarget } from './input/sealed-target.ts';

const key = markedKey('aead');
const additionalData = new Uint8Array(5);
const messages = SUITE_NAMES.map((suite, index) => {
  const nonce = new Uint8Array(suite === 'XChaCha20-Poly1305' ? 24 : 12).fill(index);
  return { suite, nonce, ciphertext: encryptAead(suite, PLAINTEXT, { key, nonce, additionalData }) };
});

/** Nonce, additional data and ciphertext; the cipher follows from the length of the nonce and its first byte. */
export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds: messages.map(({ nonce, ciphertext }) => joinFields(nonce, additionalData, ciphertext)),
  secrets: [markedSecret('aead')],
  given: (input) => joinFields(...splitFields(input, 3)),
  open: (input) => {
    const [nonce, data, ciphertext] = splitFields(input, 3) as [Uint8Array, Uint8Array, Uint8Array];
    const { suite } = messages.find((message) =>
      same(message.nonce.subarray(0, 1), nonce.subarray(0, 1)),
    ) ?? {
      suite: SUITE_NAMES[0],
    };
    return decryptAead(suite, ciphertext, { key, nonce, additionalData: data });
  },
});
