import {
  Ed25519SigningKey,
  type SecretBytes,
  verifyProvenance,
  writeProvenance,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, texts } from './input/bytes.ts';
import { collected, inPieces } from './input/collected.ts';
import { joinFields, splitFields } from './input/fields.ts';
import { markedKey, sealedTarget } from './input/sealed-target.ts';

const signer = Ed25519SigningKey.fromSeed(markedKey('provenance'));
const artefact = 'release-1.2.3.tar.gz';
const trust = { artefact, algorithm: 'Ed25519', publicKey: signer.publicKey } as const;

const seeds: Uint8Array[] = [];
for (const length of [0, 10, 1_024, 2_500]) {
  const content = Uint8Array.from({ length }, (_, at) => at * 7);
  seeds.push(
    joinFields(
      content,
      await collected(writeProvenance([content], { artefact, signer, blockLength: 1_024 })),
    ),
  );
}

/** Both the artefact and the file that proves it come from outside. */
export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds,
  dictionary: texts('BESP', artefact),
  secrets: [markedSecret('provenance')],
  given: (input) => joinFields(...splitFields(input, 2)),
  open: async (input) => {
    const [content = new Uint8Array(), provenance = new Uint8Array()] = splitFields(input, 2);
    const proven: Uint8Array[] = [];
    for await (const { bytes } of verifyProvenance(inPieces(content), inPieces(provenance), trust))
      proven.push(bytes);
    return Buffer.concat(proven);
  },
});
