import { utf8 } from '../encoding/utf8.ts';
import { CryptoError } from '../error.ts';
import { isKeyId, KEY_ID_LIMIT } from './key-id.ts';
import { TAG_LENGTH } from './message-cipher.ts';
import { COMMITMENT_LENGTH, SALT_LENGTH } from './message-secrets.ts';
import { type EnvelopeSuite, knownSuiteIds, suiteById, type SuiteName } from './suite.ts';

/** The first bytes of every stream, `BESS`. */
const MAGIC = Uint8Array.of(0x42, 0x45, 0x53, 0x53);
const VERSION = 1;
/** Magic, version, suite, chunk length and the length of the key id: all that tells how long a header is. */
export const FIXED_LENGTH: number = MAGIC.length + 4;

/** 64 bytes to 1 MiB, as powers of two. */
const MIN_CHUNK_BITS = 6;
const MAX_CHUNK_BITS = 20;
const CHUNK_LENGTH_LIMIT = 'a power of two from 64 to 1048576 bytes';

/** What sealing takes where nothing else is asked for: 64 KiB. */
export const DEFAULT_CHUNK_LENGTH = 65_536;

export interface StreamHeader {
  readonly suite: EnvelopeSuite;
  /** Of the plaintext of every chunk but the last, in bytes: a power of two from 64 to 1,048,576. */
  readonly chunkLength: number;
  readonly keyId: string;
  /** 32 random bytes, fresh for every stream. */
  readonly salt: Uint8Array;
}

export interface ParsedStreamHeader extends StreamHeader {
  readonly version: number;
  readonly commitment: Uint8Array;
  /** In bytes: where the first chunk starts. */
  readonly headerLength: number;
}

/** What a stream says of itself in clear. Not authenticated: only opening it tells whether it is true. */
export interface StreamDescription {
  readonly version: number;
  readonly suite: SuiteName;
  readonly keyId: string;
  /** Of the plaintext of every chunk but the last, in bytes. */
  readonly chunkLength: number;
  /** Where the first chunk starts, in bytes. */
  readonly headerLength: number;
}

/**
 * What the start of a stream says of the rest, to choose the key by.
 *
 * @param start the first 200 bytes or more, or the whole stream where it is shorter
 * @throws CryptoError `envelope-malformed`
 */
export function describeStream(start: Uint8Array): StreamDescription {
  const { version, suite, keyId, chunkLength, headerLength } = parseStreamHeader(start);
  return { version, suite: suite.name, keyId, chunkLength, headerLength };
}

/**
 * Refuses a chunk length that a header cannot hold.
 *
 * @throws CryptoError `length-out-of-range`
 */
export function checkChunkLength(chunkLength: number): void {
  const bits = Math.log2(chunkLength);
  if (!Number.isInteger(bits) || bits < MIN_CHUNK_BITS || bits > MAX_CHUNK_BITS) {
    throw new CryptoError('length-out-of-range', 'a stream cannot have chunks of that length', {
      value: String(chunkLength),
      limit: CHUNK_LENGTH_LIMIT,
    });
  }
}

/** The byte of a header that holds the chunk length. */
export function chunkBits(chunkLength: number): number {
  return Math.log2(chunkLength);
}

/** `magic(4) version(1) suite(1) log2(chunkLength)(1) keyIdLength(1) keyId salt(32) commitment(32)` */
export function encodeStreamHeader(header: StreamHeader, commitment: Uint8Array): Uint8Array {
  const keyId = utf8(header.keyId);
  const fixed = [VERSION, header.suite.id, chunkBits(header.chunkLength), keyId.length];
  return new Uint8Array(Buffer.concat([MAGIC, Uint8Array.from(fixed), keyId, header.salt, commitment]));
}

/**
 * How long the whole header is.
 *
 * @param start at least the fixed part of the header
 * @throws CryptoError `envelope-malformed`
 */
export function streamHeaderLength(start: Uint8Array): number {
  const keyIdLength = start[FIXED_LENGTH - 1];
  if (keyIdLength === undefined) {
    throw malformed('it is too short', `${start.length} bytes`, `at least ${FIXED_LENGTH} bytes`);
  }
  return FIXED_LENGTH + keyIdLength + SALT_LENGTH + COMMITMENT_LENGTH;
}

/**
 * Takes the header of a stream apart. Nothing in it is authenticated yet.
 *
 * @param start the header and any number of bytes behind it
 * @throws CryptoError `envelope-malformed`, which tells only what everybody who has the stream can see
 */
export function parseStreamHeader(start: Uint8Array): ParsedStreamHeader {
  const headerLength = streamHeaderLength(start);
  const [version, suiteId, bits] = start.subarray(MAGIC.length);
  if (!MAGIC.every((byte, index) => start[index] === byte)) throw malformed('it does not start with BESS');
  if (version !== VERSION) throw malformed('its version is not known', String(version), String(VERSION));
  const suite = suiteById(suiteId ?? 0);
  if (suite === undefined) throw malformed('its suite is not known', String(suiteId), knownSuiteIds());
  if (bits === undefined || bits < MIN_CHUNK_BITS || bits > MAX_CHUNK_BITS) {
    throw malformed('its chunk length is out of range', `2^${String(bits)} bytes`, CHUNK_LENGTH_LIMIT);
  }
  if (start.length < headerLength) {
    throw malformed('it is too short', `${start.length} bytes`, `${headerLength + TAG_LENGTH} bytes or more`);
  }
  const saltStart = headerLength - SALT_LENGTH - COMMITMENT_LENGTH;
  const keyId = Buffer.from(start.subarray(FIXED_LENGTH, saltStart)).toString('latin1');
  if (!isKeyId(keyId))
    throw malformed('its key id is malformed', `${saltStart - FIXED_LENGTH} bytes`, KEY_ID_LIMIT);
  return {
    version,
    suite,
    chunkLength: 2 ** bits,
    keyId,
    salt: start.slice(saltStart, saltStart + SALT_LENGTH),
    commitment: start.slice(saltStart + SALT_LENGTH, headerLength),
    headerLength,
  };
}

function malformed(why: string, value?: string, limit?: string): CryptoError {
  return new CryptoError('envelope-malformed', `this is no stream: ${why}`, { value, limit });
}
