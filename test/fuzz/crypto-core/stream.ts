import {
  envelopeKey,
  openStream,
  sealStream,
  type SecretBytes,
  SUITE_NAMES,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, texts } from './input/bytes.ts';
import { collected, inPieces } from './input/collected.ts';
import { markedKey, PLAINTEXT, sealedTarget } from './input/sealed-target.ts';

const key = envelopeKey(markedKey('stream'), 'key-1');
const context = 'backup';
/** Less than a chunk, exactly two, and two and a half. */
const plaintexts = [0, 2, 4, 5].map((times) =>
  Uint8Array.from({ length: times * 32 }, (_, at) => PLAINTEXT[at % 32] ?? 0),
);

const seeds: Uint8Array[] = [];
for (const suite of SUITE_NAMES) {
  for (const plaintext of plaintexts) {
    seeds.push(await collected(sealStream(key, [plaintext], { context, suite, chunkLength: 64 })));
  }
}

export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds,
  dictionary: texts('BESS', '\u0006', '\u0014'),
  secrets: [markedSecret('stream')],
  open: (input) => collected(openStream(key, inPieces(input), { context })),
});
