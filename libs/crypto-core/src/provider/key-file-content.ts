import { CryptoError } from '../error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { decodeKeyRecord, encodeKeyRecord, type KeyRecord } from './key-record.ts';

const VERSION = 1;
/** The most keys of one file, destroyed ones counted. Each takes at most 340 bytes, 680 digits, of the file's 1 MiB. */
export const MAX_KEYS = 1024;

/** The keys of a file by their ids. */
export type KeyRecords = ReadonlyMap<string, KeyRecord>;

/** `version(1) count(2) { length(2) record }`, numbers big-endian, in the order of the ids. */
export function encodeKeyRecords(records: KeyRecords): SecretBytes {
  const encoded = [...records.values()].sort(byId).map(encodeKeyRecord);
  const length = encoded.reduce((sum, record) => sum + 2 + record.length, 3);
  const output = new DataView(new ArrayBuffer(length));
  output.setUint8(0, VERSION);
  output.setUint16(1, encoded.length);
  let position = 3;
  for (const record of encoded) {
    output.setUint16(position, record.length);
    record.expose((bytes) => {
      new Uint8Array(output.buffer).set(bytes, position + 2);
    });
    position += 2 + record.length;
    record[Symbol.dispose]();
  }
  return SecretBytes.takeFrom(new Uint8Array(output.buffer));
}

/**
 * Reads the one form that {@link encodeKeyRecords} writes.
 *
 * @throws CryptoError `keystore-malformed`
 */
export function decodeKeyRecords(encoded: SecretBytes): KeyRecords {
  const records = encoded.expose(readRecords);
  using again = encodeKeyRecords(records);
  if (again.equals(encoded)) return records;
  disposeRecords(records);
  throw malformed(encoded.length);
}

/** Wipes every secret. */
export function disposeRecords(records: KeyRecords): void {
  for (const { secret } of records.values()) secret?.[Symbol.dispose]();
}

/** Takes what it finds; whether that was all and in its one form, the caller sees by encoding it again. */
function readRecords(bytes: Uint8Array): KeyRecords {
  const records = new Map<string, KeyRecord>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    let position = 3;
    for (let left = view.getUint16(1); left > 0; left -= 1) {
      const end = position + 2 + view.getUint16(position);
      using encoded = SecretBytes.copyOf(bytes.subarray(position + 2, end));
      const record = decodeKeyRecord(encoded);
      records.get(record.id)?.secret?.[Symbol.dispose]();
      records.set(record.id, record);
      position = end;
    }
    return records;
  } catch (cause) {
    disposeRecords(records);
    throw malformed(bytes.length, cause);
  }
}

function malformed(length: number, cause?: unknown): CryptoError {
  return new CryptoError('keystore-malformed', 'the content of the key file is malformed', {
    value: `${length} bytes`,
    limit: `version ${VERSION}, at most ${MAX_KEYS} keys`,
    cause,
  });
}

function byId(a: KeyRecord, b: KeyRecord): number {
  return a.id < b.id ? -1 : 1;
}
