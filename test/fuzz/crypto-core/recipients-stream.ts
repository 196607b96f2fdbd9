import { openStreamAs, RecipientKey, sealStreamTo, type SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, texts } from './input/bytes.ts';
import { collected, inPieces } from './input/collected.ts';
import { markedKey, PLAINTEXT, sealedTarget } from './input/sealed-target.ts';

const context = 'handover';
const own = RecipientKey.fromSeed('x25519', markedKey('own key'));
const other = RecipientKey.fromSeed('p256', markedKey('other key'));
const seeds: Uint8Array[] = [];
for (const recipients of [[own.publicKey], [other.publicKey, own.publicKey]]) {
  seeds.push(
    await collected(
      sealStreamTo(recipients, [PLAINTEXT, PLAINTEXT, PLAINTEXT], { context, chunkLength: 64 }),
    ),
  );
}

export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds,
  dictionary: texts('BESR', 'BESS', '\u0001\u0001', '\u0001\u0002'),
  secrets: [markedSecret('own key')],
  open: (input) => collected(openStreamAs(own, inPieces(input), { context })),
});
