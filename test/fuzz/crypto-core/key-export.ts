import { envelopeKey, type SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';
import { markedSecret, texts } from './input/bytes.ts';
import { markedKey, sealedTarget } from './input/sealed-target.ts';

interface KeyRecord {
  readonly id: string;
  readonly label: string;
  readonly algorithm: string;
  readonly exportable: boolean;
  readonly secret: SecretBytes;
}
type Key = ReturnType<typeof envelopeKey>;

const { openKeyRecord, sealKeyRecord } = (await behindExports('crypto-core', 'provider/key-record.ts')) as {
  openKeyRecord: (sealed: Uint8Array, wrappingKey: Key) => Promise<KeyRecord>;
  sealKeyRecord: (record: KeyRecord, wrappingKey: Key) => Promise<Uint8Array>;
};

const wrappingKey = envelopeKey(markedKey('wrapping key'), 'wrapping');
const record = { id: '00'.repeat(16), label: 'hot wallet', exportable: true };
const seeds: Uint8Array[] = [];
for (const algorithm of ['HMAC-SHA-256', 'ECDSA-secp256k1', 'Ed25519']) {
  seeds.push(await sealKeyRecord({ ...record, algorithm, secret: markedKey('exported') }, wrappingKey));
}

/** A key that one provider exported and another is to import. */
export const target: FuzzTarget<Uint8Array | SecretBytes> = sealedTarget({
  seeds,
  dictionary: texts('BESE', 'wrapping'),
  secrets: [markedSecret('wrapping key'), markedSecret('exported')],
  open: async (input) => (await openKeyRecord(input, wrappingKey)).secret,
});
