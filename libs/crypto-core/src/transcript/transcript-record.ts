import { encodeContext } from '../encoding/context.ts';
import { uint32 } from '../encoding/domain.ts';
import { toHex } from '../encoding/hex.ts';
import { utf8 } from '../encoding/utf8.ts';
import { malformedRecord, RecordReader } from './record-reader.ts';
import { replayTranscript, type TranscriptRecord } from './replay.ts';
import { ENTRY_KIND_BYTES, type TranscriptEntry } from './transcript-entry.ts';

/** Bitcoin Enterprise Suite, transcript; and the version of the format. */
const MAGIC = Uint8Array.of(...utf8('BEST'), 1);
const COMMITMENT_LENGTH = 32;
/** Both bound what a file from outside can make its reader do and hold. */
const MAX_ENTRIES = 16_384;
const MAX_RECORD_LENGTH = 16 * 1024 * 1024;

/** Bytes of what is absorbed, where the kind alone tells; a message says its own length. */
const DATA_LENGTH = { point: 33, scalar: 32, u64: 8 } as const;

/**
 * A record as a file: the calls, and the commitment that the transcript has after them, so that a changed file is found.
 * Whoever makes a file makes its commitment too: that a record decodes says that it is whole, not that it is true.
 *
 * ```text
 * "BEST" | format 01 | protocol length 1 | protocol | version 4 | number of entries 4 | entries | commitment 32
 * entry: kind 1 | label length 1 | label | absorbed: [message: length 4] data | challenge of bytes: length 4
 * ```
 *
 * @throws CryptoError `transcript-record-malformed` for more than 16,384 entries or 16 MiB, and what
 *   {@link replayTranscript} throws for entries that cannot be replayed
 */
export function encodeTranscriptRecord(record: TranscriptRecord): Uint8Array {
  const { transcript } = replayTranscript(record);
  const parts = [
    MAGIC,
    ...lengthPrefixed(record.protocol),
    uint32(record.version),
    uint32(checkedCount(record.entries.length)),
    ...record.entries.flatMap(encodeEntry),
    transcript.commitment(),
  ];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return new Uint8Array(Buffer.concat(parts, checkedLength(length)));
}

/**
 * Reads a record strictly and replays it to check its commitment.
 *
 * @throws CryptoError `transcript-record-malformed` for whatever {@link encodeTranscriptRecord} did not write
 */
export function decodeTranscriptRecord(bytes: Uint8Array): TranscriptRecord {
  checkedLength(bytes.length);
  const reader = new RecordReader(bytes);
  if (toHex(reader.bytes(MAGIC.length)) !== toHex(MAGIC)) {
    throw malformedRecord('the bytes are no transcript record', { limit: 'BEST, format 1' });
  }
  const protocol = reader.text();
  const version = reader.uint32();
  const count = checkedCount(reader.uint32());
  const entries = Array.from({ length: count }, () => decodeEntry(reader));
  const commitment = reader.bytes(COMMITMENT_LENGTH);
  if (reader.remaining !== 0) {
    throw malformedRecord('bytes follow the record', {
      value: `${reader.remaining} bytes`,
      limit: '0 bytes',
    });
  }
  const record = { protocol, version, entries };
  if (toHex(replayedCommitment(record)) !== toHex(commitment)) {
    throw malformedRecord('the commitment of the record is not that of its entries', {});
  }
  return record;
}

function replayedCommitment(record: TranscriptRecord): Uint8Array {
  try {
    return replayTranscript(record).transcript.commitment();
  } catch (cause) {
    throw malformedRecord('the entries of the record cannot be replayed', { cause });
  }
}

function encodeEntry(entry: TranscriptEntry): readonly Uint8Array[] {
  const head = [Uint8Array.of(ENTRY_KIND_BYTES[entry.kind]), ...lengthPrefixed(entry.label)];
  switch (entry.kind) {
    case 'message':
      return [...head, uint32(entry.data.length), entry.data];
    case 'point':
    case 'scalar':
    case 'u64':
      return [...head, entry.data];
    case 'challenge-scalar':
      return head;
    case 'challenge-bytes':
      return [...head, uint32(entry.length)];
  }
}

function decodeEntry(reader: RecordReader): TranscriptEntry {
  const kindByte = reader.uint8();
  const label = reader.text();
  switch (kindByte) {
    case ENTRY_KIND_BYTES.message:
      return { kind: 'message', label, data: reader.bytes(reader.uint32()) };
    case ENTRY_KIND_BYTES.point:
      return { kind: 'point', label, data: reader.bytes(DATA_LENGTH.point) };
    case ENTRY_KIND_BYTES.scalar:
      return { kind: 'scalar', label, data: reader.bytes(DATA_LENGTH.scalar) };
    case ENTRY_KIND_BYTES.u64:
      return { kind: 'u64', label, data: reader.bytes(DATA_LENGTH.u64) };
    case ENTRY_KIND_BYTES['challenge-scalar']:
      return { kind: 'challenge-scalar', label };
    case ENTRY_KIND_BYTES['challenge-bytes']:
      return { kind: 'challenge-bytes', label, length: reader.uint32() };
    default:
      throw malformedRecord('an entry of the record has an unknown kind', {
        value: String(kindByte),
        limit: '1 to 6',
      });
  }
}

function lengthPrefixed(text: string): readonly [Uint8Array, Uint8Array] {
  const bytes = encodeContext(text);
  return [Uint8Array.of(bytes.length), bytes];
}

function checkedCount(count: number): number {
  if (count > MAX_ENTRIES) {
    throw malformedRecord('the record has too many entries', {
      value: String(count),
      limit: `${MAX_ENTRIES} entries`,
    });
  }
  return count;
}

function checkedLength(length: number): number {
  if (length > MAX_RECORD_LENGTH) {
    throw malformedRecord('the record is too long', {
      value: `${length} bytes`,
      limit: `${MAX_RECORD_LENGTH} bytes`,
    });
  }
  return length;
}
