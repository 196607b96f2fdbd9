import { hexToBytes } from '@noble/hashes/utils.js';
import { MAX_PROOF_BYTES } from './ots-limits.ts';
import { equalBytes, hashLength, operationTag, readHash, type OtsHash } from './ots-operation.ts';
import { malformedTimestamp, OtsReader } from './ots-reader.ts';
import { readTimestampFrom, writeTimestamp, type OtsTimestamp } from './ots-timestamp.ts';
import { OtsWriter } from './ots-writer.ts';

/** What a file `<name>.ots` holds: the timestamp of another file's digest. */
export interface OtsFile {
  /** What gave the digest. */
  readonly hash: OtsHash;
  /** Its message is the digest. */
  readonly timestamp: OtsTimestamp;
}

/** `HEADER_MAGIC` of python-opentimestamps `core/timestamp.py`. */
const MAGIC = hexToBytes('004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294');
const VERSION = 1;

/**
 * Reads a detached timestamp file. What it accepts, {@link writeOtsFile} writes again byte for byte.
 *
 * @throws LogError `timestamp-malformed`
 */
export function readOtsFile(bytes: Uint8Array): OtsFile {
  if (bytes.length > MAX_PROOF_BYTES) {
    throw malformedTimestamp(`${bytes.length} bytes`, `at most ${MAX_PROOF_BYTES} bytes`);
  }
  const reader = new OtsReader(bytes);
  if (!equalBytes(reader.raw(Math.min(MAGIC.length, bytes.length)), MAGIC)) {
    reader.refuse('another beginning', 'the magic bytes');
  }
  const version = reader.uint8();
  if (version !== VERSION) reader.refuse(`version ${version}`, `version ${VERSION}`);
  const hash = readHash(reader);
  const timestamp = readTimestampFrom(reader, reader.raw(hashLength(hash)));
  reader.end();
  return { hash, timestamp };
}

/** @throws LogError `timestamp-malformed` for what {@link readOtsFile} would refuse. */
export function writeOtsFile({ hash, timestamp }: OtsFile): Uint8Array {
  const { message } = timestamp;
  if (message.length !== hashLength(hash)) {
    throw malformedTimestamp(`a digest of ${message.length} bytes`, `${hashLength(hash)} bytes of ${hash}`);
  }
  const writer = new OtsWriter();
  writer.raw(MAGIC);
  writer.uint8(VERSION);
  writer.uint8(operationTag(hash));
  writer.raw(message);
  writer.raw(writeTimestamp(timestamp));
  const bytes = writer.finish();
  if (bytes.length <= MAX_PROOF_BYTES) return bytes;
  throw malformedTimestamp(`${bytes.length} bytes`, `at most ${MAX_PROOF_BYTES} bytes`);
}
