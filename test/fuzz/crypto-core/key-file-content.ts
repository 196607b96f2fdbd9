import { isCryptoError, KEY_ALGORITHMS, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';
import { markedSecret, texts } from './input/bytes.ts';

interface KeyRecord {
  readonly id: string;
  readonly label: string;
  readonly algorithm: string;
  readonly exportable: boolean;
  readonly secret: SecretBytes | undefined;
}
type KeyRecords = ReadonlyMap<string, KeyRecord>;

const { decodeKeyRecords, encodeKeyRecords } = (await behindExports(
  'crypto-core',
  'provider/key-file-content.ts',
)) as {
  decodeKeyRecords: (encoded: SecretBytes) => KeyRecords;
  encodeKeyRecords: (records: KeyRecords) => SecretBytes;
};

const secret = markedSecret('key of the file');
const records: readonly KeyRecord[] = KEY_ALGORITHMS.map((algorithm, index) => ({
  id: index.toString(16).padStart(32, '0'),
  label: `key ${String(index)}`,
  algorithm,
  exportable: index % 2 === 0,
  secret: algorithm.includes('-Ed25519-')
    ? SecretBytes.copyOf(Uint8Array.of(...secret, ...secret))
    : SecretBytes.copyOf(secret),
}));
const destroyed: readonly KeyRecord[] = records.map((record) => ({ ...record, secret: undefined }));

export const target: FuzzTarget<KeyRecords> = {
  seeds: [[], records, records.slice(0, 1), destroyed.slice(0, 2)].map((content) => {
    using encoded = encodeKeyRecords(new Map(content.map((record) => [record.id, record])));
    return encoded.expose((bytes) => bytes.slice());
  }),
  dictionary: texts('key', '\ufeff', '\u0001\u0000', '\u0000'),
  secrets: [secret],
  isRefusal: isCryptoError,
  decode: (input) => {
    using encoded = SecretBytes.copyOf(input);
    return decodeKeyRecords(encoded);
  },
  check: (decoded, input) => {
    using again = encodeKeyRecords(decoded);
    if (!again.equals(input)) throw new Error('the keys written again differ');
    for (const record of decoded.values()) record.secret?.[Symbol.dispose]();
  },
};
