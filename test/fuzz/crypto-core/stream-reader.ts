import { envelopeKey, openStreamAt, sealStream, type SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, texts } from './input/bytes.ts';
import { collected } from './input/collected.ts';
import { markedKey, PLAINTEXT, sealedTarget } from './input/sealed-target.ts';

const key = envelopeKey(markedKey('stream reader'), 'key-1');
const context = 'backup';

const seeds: Uint8Array[] = [];
for (const pieces of [0, 1, 2, 4, 5]) {
  const plaintext = new Array<Uint8Array>(pieces).fill(PLAINTEXT);
  seeds.push(await collected(sealStream(key, plaintext, { context, chunkLength: 64 })));
}

/** A whole stream, read from its last chunk to its first as a file is. */
export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds,
  dictionary: texts('BESS', '\u0006', '\u0014'),
  secrets: [markedSecret('stream reader')],
  open: async (input) => {
    const source = {
      size: input.length,
      read: (offset: number, length: number) => input.slice(offset, offset + length),
    };
    const reader = await openStreamAt(key, source, { context });
    return await reader.read(0, reader.length);
  },
});
