import {
  Ed25519SigningKey,
  parseProvenanceHeader,
  type SecretBytes,
  verifyProvenanceBlock,
  writeProvenance,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { markedSecret, texts } from './input/bytes.ts';
import { collected } from './input/collected.ts';
import { joinFields, splitFields } from './input/fields.ts';
import { markedKey, sealedTarget } from './input/sealed-target.ts';

const BLOCK_LENGTH = 1_024;
const signer = Ed25519SigningKey.fromSeed(markedKey('provenance'));
const artefact = 'release-1.2.3.tar.gz';
const trust = { artefact, algorithm: 'Ed25519', publicKey: signer.publicKey } as const;

const content = Uint8Array.from({ length: 2_500 }, (_, at) => at * 7);
const file = await collected(writeProvenance([content], { artefact, signer, blockLength: BLOCK_LENGTH }));
const { bytes: header, recordLength } = parseProvenanceHeader(file);
const seeds = [0, 1, 2].map((index) => {
  const start = header.length + index * recordLength;
  const block = content.subarray(index * BLOCK_LENGTH, (index + 1) * BLOCK_LENGTH);
  return joinFields(header, file.subarray(start, start + recordLength), Uint8Array.of(index), block);
});

/** One block by itself: header, record, index and the bytes of the block. */
export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds,
  dictionary: texts('BESP', artefact),
  secrets: [markedSecret('provenance')],
  given: (input) => {
    const [head, record, index, block] = splitFields(input, 4) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    // A header may be given with bytes behind it, and the index is one byte.
    return joinFields(head.subarray(0, header.length), record, index.subarray(0, 1), block);
  },
  open: (input) => {
    const [head, record, index, block] = splitFields(input, 4) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    return verifyProvenanceBlock(head, record, index[0] ?? 256, block, trust).bytes;
  },
});
