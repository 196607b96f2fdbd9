import { ChainError } from '../error/chain-error.ts';
import { ByteWriter } from '../transaction/byte-writer.ts';
import { hashToText, sha256d, txidBytes } from '../transaction/hash-text.ts';

/** Bytes of every header. */
export const HEADER_BYTES = 80;

/** The header of a block. */
export interface BlockHeader {
  /** As nodes print it: 64 lower-case hex digits. */
  readonly hash: string;
  /** Signed 32 bits. */
  readonly version: number;
  readonly previousHash: string;
  /** Root of the transactions' tree, as nodes print it. */
  readonly merkleRoot: string;
  /** What its miner says, seconds since 1970. */
  readonly time: number;
  /** The target in compact form, unsigned 32 bits. */
  readonly bits: number;
  readonly nonce: number;
}

/**
 * Reads a header. Its hash is computed, its proof of work not judged.
 *
 * @throws ChainError `header-malformed` unless it has 80 bytes
 */
export function parseBlockHeader(bytes: Uint8Array): BlockHeader {
  if (bytes.length !== HEADER_BYTES) {
    const value = `${bytes.length} bytes`;
    const limit = `${HEADER_BYTES} bytes`;
    throw new ChainError('header-malformed', `a header has ${limit}, not ${value}`, { value, limit });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    hash: hashToText(sha256d(bytes)),
    version: view.getInt32(0, true),
    previousHash: hashToText(bytes.subarray(4, 36)),
    merkleRoot: hashToText(bytes.subarray(36, 68)),
    time: view.getUint32(68, true),
    bits: view.getUint32(72, true),
    nonce: view.getUint32(76, true),
  };
}

/** The 80 bytes of a header; its `hash` is not looked at. */
export function serialiseBlockHeader(header: Omit<BlockHeader, 'hash'>): Uint8Array {
  const writer = new ByteWriter(HEADER_BYTES);
  writer.uint32(header.version >>> 0);
  writer.raw(txidBytes(header.previousHash));
  writer.raw(txidBytes(header.merkleRoot));
  writer.uint32(header.time);
  writer.uint32(header.bits);
  writer.uint32(header.nonce);
  return writer.bytes;
}
