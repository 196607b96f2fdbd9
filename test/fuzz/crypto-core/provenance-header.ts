import {
  Ed25519SigningKey,
  isCryptoError,
  parseProvenanceHeader,
  type ProvenanceHeader,
  writeProvenance,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame, texts } from './input/bytes.ts';
import { collected } from './input/collected.ts';
import { markedKey } from './input/sealed-target.ts';

const signer = Ed25519SigningKey.fromSeed(markedKey('provenance'));
const seeds: Uint8Array[] = [];
for (const artefact of ['a', 'release-1.2.3.tar.gz', 'ä'.repeat(127)]) {
  seeds.push(await collected(writeProvenance([new Uint8Array(10)], { artefact, signer })));
}

export const target: FuzzTarget<ProvenanceHeader> = {
  seeds,
  dictionary: texts('BESP', '\u0001', '\u0005', '\ufeff'),
  maxLength: 512,
  isRefusal: isCryptoError,
  decode: parseProvenanceHeader,
  check: ({ bytes, artefact, blockLength }, input) => {
    expectSame(bytes, input.subarray(0, bytes.length), 'the header as it was read');
    expectSame(
      bytes.subarray(-Buffer.byteLength(artefact)),
      Buffer.from(artefact, 'utf8'),
      'the name at its end',
    );
    if (blockLength < 1_024 || blockLength > 16_777_216)
      throw new Error(`blocks of ${String(blockLength)} bytes`);
  },
};
