import { domainSeparated } from '../encoding/domain.ts';
import type { CryptoError } from '../error.ts';
import { type ProvenanceHeader, RECORD_FIELDS_LENGTH } from './provenance-header.ts';
import { provenanceRefused } from './provenance-refused.ts';

/** What is signed of one block. */
export interface ProvenanceRecord {
  /** From 0. */
  readonly index: number;
  /** Of the block in bytes. The one that is shorter than the header says is the last, and nothing follows it. */
  readonly length: number;
  /** SHA-256 of the statement on the block before, or the id of the stream for block 0. */
  readonly previous: Uint8Array;
  /** SHA-256 of the block. */
  readonly digest: Uint8Array;
}

export interface SignedRecord extends ProvenanceRecord {
  readonly signature: Uint8Array;
}

/** What the signature of a record is over; its SHA-256 is the link that the next record holds. */
export function statementOf(streamId: Uint8Array, record: ProvenanceRecord): Uint8Array {
  return domainSeparated('provenance/block/v1', streamId, encodeFields(record));
}

export function encodeProvenanceRecord(record: SignedRecord): Uint8Array {
  return new Uint8Array(Buffer.concat([encodeFields(record), record.signature]));
}

/**
 * The record of one block, each of its fields in its range; its signature is not verified. The fields are parts of `bytes`.
 *
 * @param bytes `header.recordLength` bytes
 * @param index of the block that it must be of
 * @throws CryptoError `provenance-refused` with the block as the value
 */
export function parseProvenanceRecord(
  bytes: Uint8Array,
  header: ProvenanceHeader,
  index: number,
): SignedRecord {
  if (bytes.length !== header.recordLength) throw refused(index, `a record of ${header.recordLength} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(8);
  if (!Number.isSafeInteger(index) || view.getBigUint64(0) !== BigInt(index)) {
    throw refused(index, 'its own index in its record');
  }
  if (length > header.blockLength) throw refused(index, `at most ${header.blockLength} bytes`);
  return {
    index,
    length,
    previous: bytes.subarray(12, 44),
    digest: bytes.subarray(44, RECORD_FIELDS_LENGTH),
    signature: bytes.subarray(RECORD_FIELDS_LENGTH),
  };
}

function encodeFields({ index, length, previous, digest }: ProvenanceRecord): Uint8Array {
  const fields = new Uint8Array(RECORD_FIELDS_LENGTH);
  const view = new DataView(fields.buffer);
  view.setBigUint64(0, BigInt(index));
  view.setUint32(8, length);
  fields.set(previous, 12);
  fields.set(digest, 44);
  return fields;
}

function refused(index: number, limit: string): CryptoError {
  return provenanceRefused(`block ${index}`, limit);
}
