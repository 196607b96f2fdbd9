import type { MerklePath, TransactionInclusion } from '@bitcoin-enterprise/chain/headers';
import { LogError } from '../log-error.ts';
import { decodeBase64, encodeBase64 } from '../verify/base64.ts';
import { equal } from '../verify/merkle-proof.ts';

/** A checkpoint's anchor in Bitcoin as one file, its parts decoded and nothing verified. */
export interface AnchorFile {
  /** Hash of the network's block 0, as nodes print it. */
  readonly genesisHash: string;
  /** The signed checkpoint. */
  readonly checkpoint: string;
  readonly inclusion: TransactionInclusion;
  /** Of the block that holds the transaction. */
  readonly height: number;
  /** Of the first header. */
  readonly firstHeight: number;
  /** Consecutive, 80 bytes each; the block's is among them. */
  readonly headers: Uint8Array;
}

const FORMAT = 'bitcoin-anchor/1';
/** A file with 600,000 headers is shorter. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Checkpoints, transactions and paths are a fraction of it. */
const MAX_PART_BYTES = 1024 * 1024;
const MAX_LEVELS = 32;
const HEADER_BYTES = 80;

/** The file in its one form: JSON in UTF-8, its members in one order. */
export function writeAnchorFile(file: AnchorFile): Uint8Array {
  const { inclusion, headers, ...rest } = file;
  const text = JSON.stringify({
    format: FORMAT,
    genesisHash: rest.genesisHash,
    checkpoint: rest.checkpoint,
    transaction: encodeBase64(inclusion.rawTransaction),
    path: textOf(inclusion.path),
    coinbase: encodeBase64(inclusion.coinbase),
    coinbasePath: textOf(inclusion.coinbasePath),
    height: rest.height,
    firstHeight: rest.firstHeight,
    headers: encodeBase64(headers),
  });
  return new TextEncoder().encode(text);
}

/**
 * Takes an anchor's file apart.
 *
 * @throws LogError `anchor-malformed` for anything that {@link writeAnchorFile} does not write in the same bytes
 */
export function readAnchorFile(bytes: Uint8Array): AnchorFile {
  if (bytes.length > MAX_FILE_BYTES) throw malformed(`more than ${MAX_FILE_BYTES} bytes`);
  const record = recordOf(parseJson(bytes));
  if (record.format !== FORMAT) throw malformed(`not of format ${FORMAT}`);
  const file: AnchorFile = {
    genesisHash: typeof record.genesisHash === 'string' ? record.genesisHash : refuse('genesisHash'),
    checkpoint: typeof record.checkpoint === 'string' ? record.checkpoint : refuse('checkpoint'),
    inclusion: {
      rawTransaction: bytesOf(record.transaction, 'transaction'),
      path: pathOf(record.path, 'path'),
      coinbase: bytesOf(record.coinbase, 'coinbase'),
      coinbasePath: pathOf(record.coinbasePath, 'coinbasePath'),
    },
    height: countOf(record.height, 'height'),
    firstHeight: countOf(record.firstHeight, 'firstHeight'),
    headers: bytesOf(record.headers, 'headers', MAX_FILE_BYTES),
  };
  if (file.headers.length % HEADER_BYTES !== 0) refuse('headers');
  const offset = file.height - file.firstHeight;
  if (offset < 0 || offset >= file.headers.length / HEADER_BYTES) refuse('height');
  // Neither members beside these nor another way to write the same: nothing unread hides in a file that verifies.
  if (!equal(writeAnchorFile(file), bytes)) throw malformed('not in its one form');
  return file;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw malformed('not JSON in UTF-8', cause);
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : refuse('members');
}

function pathOf(value: unknown, name: string): MerklePath {
  const { index, siblings } = recordOf(value);
  if (!Array.isArray(siblings) || siblings.length > MAX_LEVELS) refuse(name);
  return { index: countOf(index, name), siblings: siblings.map((sibling) => bytesOf(sibling, name)) };
}

function bytesOf(value: unknown, name: string, most: number = MAX_PART_BYTES): Uint8Array {
  const text = typeof value === 'string' && value.length <= most ? value : refuse(name);
  return decodeBase64(text) ?? refuse(name);
}

function countOf(value: unknown, name: string): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : refuse(name);
}

function textOf({ index, siblings }: MerklePath): { index: number; siblings: readonly string[] } {
  return { index, siblings: siblings.map(encodeBase64) };
}

function refuse(name: string): never {
  throw malformed(`malformed ${name}`);
}

function malformed(value: string, cause?: unknown): LogError {
  const message = `the bytes are no anchor in Bitcoin: ${value}`;
  return new LogError('anchor-malformed', message, cause === undefined ? { value } : { value, cause });
}
