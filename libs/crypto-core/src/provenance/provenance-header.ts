import { encodeContext } from '../encoding/context.ts';
import { domainSeparated, uint32 } from '../encoding/domain.ts';
import { utf8 } from '../encoding/utf8.ts';
import { CryptoError } from '../error.ts';
import { sha256 } from '../hash/sha256.ts';
import { SIGNATURE_LENGTHS, type SignatureAlgorithm } from '../signature/signature-algorithm.ts';
import { provenanceRefused } from './provenance-refused.ts';

const MAGIC = utf8('BESP');
const VERSION = 1;
const NONCE_LENGTH = 32;
/** Magic, version, algorithm, block length, nonce, length of the name. */
const FIXED_LENGTH = 4 + 1 + 1 + 4 + NONCE_LENGTH + 1;
/** Index, length, previous, digest. */
export const RECORD_FIELDS_LENGTH: number = 8 + 4 + 32 + 32;

const MIN_BLOCK_LENGTH = 1_024;
const MAX_BLOCK_LENGTH = 16 * 1_024 * 1_024;

/** The most bytes that a header has: a reader that has so many, or the whole file, has the header. */
export const MAX_PROVENANCE_HEADER_LENGTH: number = FIXED_LENGTH + 255;

/** The byte that names each algorithm. One that was given is never given again. */
const ALGORITHM_BYTES: Readonly<Record<SignatureAlgorithm, number>> = {
  Ed25519: 1,
  'ML-DSA-44': 2,
  'ML-DSA-65': 3,
  'MLDSA44-Ed25519-SHA512': 4,
  'MLDSA65-Ed25519-SHA512': 5,
};

/** What stands at the start of a provenance file. It is believed only once a block under it has verified. */
export interface ProvenanceHeader {
  readonly algorithm: SignatureAlgorithm;
  /** Of every block but the last, in bytes. */
  readonly blockLength: number;
  /** The name of the artefact. */
  readonly artefact: string;
  /** The header as it was read. */
  readonly bytes: Uint8Array;
  /** Of the record of each block, in bytes: record `i` starts at `bytes.length + i * recordLength`. */
  readonly recordLength: number;
}

/** @throws CryptoError `context-malformed` for the name, `length-out-of-range` for the length of a block */
export function encodeProvenanceHeader(
  algorithm: SignatureAlgorithm,
  artefact: string,
  blockLength: number,
  nonce: Uint8Array,
): ProvenanceHeader {
  if (!isBlockLength(blockLength)) {
    throw new CryptoError('length-out-of-range', 'blocks cannot have that length', {
      value: String(blockLength),
      limit: `${MIN_BLOCK_LENGTH} to ${MAX_BLOCK_LENGTH} bytes`,
    });
  }
  const name = encodeContext(artefact);
  const start = Uint8Array.of(...MAGIC, VERSION, ALGORITHM_BYTES[algorithm], ...uint32(blockLength));
  const bytes = Uint8Array.of(...start, ...nonce, name.length, ...name);
  return { algorithm, blockLength, artefact, bytes, recordLength: recordLengthOf(algorithm) };
}

/**
 * The header of a provenance file.
 *
 * @param start the first {@link MAX_PROVENANCE_HEADER_LENGTH} bytes of the file, or all of it; what follows the header is
 * not looked at
 * @throws CryptoError `provenance-refused` with the value `header`
 */
export function parseProvenanceHeader(start: Uint8Array): ProvenanceHeader {
  const { byteOffset } = start;
  const nameLength = start[FIXED_LENGTH - 1];
  if (nameLength === undefined || start.length < FIXED_LENGTH + nameLength) throw refused('its length');
  if (!MAGIC.every((byte, index) => start[index] === byte)) throw refused('the bytes BESP at its start');
  if (start[MAGIC.length] !== VERSION) throw refused(`version ${VERSION}`);
  const algorithm = algorithmOf(start[MAGIC.length + 1]);
  if (algorithm === undefined) throw refused('an algorithm that is known');
  const blockLength = new DataView(start.buffer, byteOffset + MAGIC.length + 2).getUint32(0);
  if (!isBlockLength(blockLength))
    throw refused(`blocks of ${MIN_BLOCK_LENGTH} to ${MAX_BLOCK_LENGTH} bytes`);
  const bytes = new Uint8Array(start.subarray(0, FIXED_LENGTH + nameLength));
  const artefact = nameOf(bytes.subarray(FIXED_LENGTH));
  return { algorithm, blockLength, artefact, bytes, recordLength: recordLengthOf(algorithm) };
}

/** What every statement about a block is bound to: this header, with its nonce, and this public key. 32 bytes. */
export function streamIdOf(header: ProvenanceHeader, publicKey: Uint8Array): Uint8Array {
  return sha256(domainSeparated('provenance/stream/v1', header.bytes, publicKey));
}

function isBlockLength(length: number): boolean {
  return Number.isInteger(length) && length >= MIN_BLOCK_LENGTH && length <= MAX_BLOCK_LENGTH;
}

function recordLengthOf(algorithm: SignatureAlgorithm): number {
  return RECORD_FIELDS_LENGTH + SIGNATURE_LENGTHS[algorithm].signature;
}

function algorithmOf(byte: number | undefined): SignatureAlgorithm | undefined {
  const known = Object.keys(ALGORITHM_BYTES) as SignatureAlgorithm[];
  return known.find((algorithm) => ALGORITHM_BYTES[algorithm] === byte);
}

function nameOf(bytes: Uint8Array): string {
  try {
    const name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    encodeContext(name);
    return name;
  } catch (cause) {
    throw refused('a name of 1 to 255 bytes of UTF-8', cause);
  }
}

function refused(limit: string, cause?: unknown): CryptoError {
  return provenanceRefused('header', limit, cause);
}
