import { ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { MAX_MESSAGE_BYTES } from './ots-limits.ts';
import { malformedTimestamp, type OtsReader } from './ots-reader.ts';

/** A hash that OpenTimestamps knows. */
export type OtsHash = 'sha1' | 'ripemd160' | 'sha256' | 'keccak256';

/** What leads from one message of a proof to the next. */
export type OtsOperation =
  | {
      readonly kind: 'append' | 'prepend';
      /** 1 to 4,096 bytes. */
      readonly argument: Uint8Array;
    }
  | { readonly kind: 'reverse' | 'hexlify' | OtsHash };

/** Tags as python-opentimestamps `core/op.py` registers them. */
const TAGS: Readonly<Record<OtsOperation['kind'], number>> = {
  sha1: 0x02,
  ripemd160: 0x03,
  sha256: 0x08,
  keccak256: 0x67,
  append: 0xf0,
  prepend: 0xf1,
  reverse: 0xf2,
  hexlify: 0xf3,
};

const KINDS: ReadonlyMap<number, OtsOperation['kind']> = new Map(
  (Object.keys(TAGS) as OtsOperation['kind'][]).map((kind) => [TAGS[kind], kind]),
);

const HASHES: Readonly<Record<OtsHash, (message: Uint8Array) => Uint8Array>> = {
  sha1,
  ripemd160,
  sha256,
  keccak256: keccak_256,
};

/** Bytes that a hash gives. */
export function hashLength(hash: OtsHash): number {
  return hash === 'sha1' || hash === 'ripemd160' ? 20 : 32;
}

/** @throws LogError `timestamp-malformed` for a tag of no hash. */
export function readHash(reader: OtsReader): OtsHash {
  const tag = reader.uint8();
  const kind = KINDS.get(tag);
  return kind !== undefined && isHash(kind) ? kind : reader.refuse(`hash ${tag}`, Object.keys(HASHES).join());
}

/** @throws LogError `timestamp-malformed` for an unknown tag: what follows it cannot be read without its rule. */
export function readOperation(reader: OtsReader, tag: number): OtsOperation {
  const kind = KINDS.get(tag) ?? reader.refuse(`operation ${tag}`, 'a known operation');
  return kind === 'append' || kind === 'prepend'
    ? { kind, argument: reader.varbytes(1, MAX_MESSAGE_BYTES) }
    : { kind };
}

export function operationTag(kind: OtsOperation['kind']): number {
  return TAGS[kind];
}

/** @throws LogError `timestamp-malformed` for a result longer than 4,096 bytes. */
export function applyOperation(operation: OtsOperation, message: Uint8Array): Uint8Array {
  const result = resultOf(operation, message);
  if (result.length <= MAX_MESSAGE_BYTES) return result;
  throw malformedTimestamp(`a message of ${result.length} bytes`, `at most ${MAX_MESSAGE_BYTES} bytes`);
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function resultOf(operation: OtsOperation, message: Uint8Array): Uint8Array {
  switch (operation.kind) {
    case 'append':
      return concatBytes(message, operation.argument);
    case 'prepend':
      return concatBytes(operation.argument, message);
    case 'reverse':
      return message.toReversed();
    case 'hexlify':
      return utf8ToBytes(bytesToHex(message));
    case 'sha1':
    case 'ripemd160':
    case 'sha256':
    case 'keccak256':
      return HASHES[operation.kind](message);
  }
}

function isHash(kind: OtsOperation['kind']): kind is OtsHash {
  return kind in HASHES;
}
