import { envelopeKey, type SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';
import { markedSecret, texts } from './input/bytes.ts';
import { markedKey, sealedTarget } from './input/sealed-target.ts';

type Key = ReturnType<typeof envelopeKey>;
const { openBackup, sealBackup } = (await behindExports('crypto-core', 'keyset/keyset-backup-file.ts')) as {
  openBackup: (backup: Uint8Array, source: { readonly key: Key }) => Promise<SecretBytes>;
  sealBackup: (content: SecretBytes, target: { readonly key: Key }) => Promise<Uint8Array>;
};

const key = envelopeKey(markedKey('backup key'), 'backup');
const content = markedKey('plaintext');

export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds: [await sealBackup(content, { key })],
  dictionary: texts('BESE', 'backup'),
  secrets: [markedSecret('backup key')],
  open: (input) => openBackup(input, { key }),
});
