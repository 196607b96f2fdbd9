import { ChainError } from '../error/chain-error.ts';
import { type BlockHeader, HEADER_BYTES, parseBlockHeader } from './block-header.ts';
import { targetFromBits, workOfTarget } from './compact-target.ts';
import type { TimeAndBits } from './next-bits.ts';

/** A header beside its bytes. */
export interface BatchHeader {
  readonly header: BlockHeader;
  readonly bytes: Uint8Array;
}

/**
 * Takes a batch apart into headers of which each names the one before. No other rule is looked at.
 *
 * @throws ChainError `header-malformed`, `header-not-connected`
 */
export function readHeaderBatch(headers: Uint8Array): readonly BatchHeader[] {
  if (headers.length === 0 || headers.length % HEADER_BYTES !== 0) {
    const value = `${headers.length} bytes`;
    const limit = `headers of ${HEADER_BYTES} bytes, one or more`;
    throw new ChainError('header-malformed', `${value} are no batch: ${limit}`, { value, limit });
  }
  const batch: BatchHeader[] = [];
  for (let start = 0; start < headers.length; start += HEADER_BYTES) {
    const bytes = headers.subarray(start, start + HEADER_BYTES);
    const header = parseBlockHeader(bytes);
    const value = header.previousHash;
    const limit = batch.at(-1)?.header.hash ?? value;
    if (value !== limit) throw notConnected(value, limit);
    batch.push({ header, bytes });
  }
  return batch;
}

/** Headers that follow another one than they should. */
export function notConnected(value: string, limit: string): ChainError {
  return new ChainError('header-not-connected', `headers follow ${value}, where ${limit} is wanted`, {
    value,
    limit,
  });
}

/** How many hashes the headers took on average, all together. */
export function workOfHeaders(headers: Iterable<TimeAndBits>): bigint {
  let sum = 0n;
  let last: { readonly bits: number; readonly work: bigint } | undefined;
  for (const { bits } of headers) {
    // The target changes once in thousands of headers.
    if (last?.bits !== bits) last = { bits, work: workOfTarget(targetFromBits(bits)) };
    sum += last.work;
  }
  return sum;
}
