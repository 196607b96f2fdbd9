import { hash } from 'node:crypto';

import { ChainError } from '../error/chain-error.ts';

const HASH_TEXT = /^[0-9a-f]{64}$/;

/** SHA-256 applied twice, as block and transaction hashes are. */
export function sha256d(bytes: Uint8Array): Uint8Array {
  return hash('sha256', hash('sha256', bytes, 'buffer'), 'buffer');
}

/** A 32-byte hash as nodes print it: hex of its bytes in reverse order. */
export function hashToText(bytes: Uint8Array): string {
  return Buffer.from(bytes).reverse().toString('hex');
}

/** Whether a text has the form of a printed block hash or transaction id. */
export function isHashText(text: string): boolean {
  return HASH_TEXT.test(text);
}

/**
 * A printed transaction id back as the 32 bytes that transactions carry.
 *
 * @throws ChainError `transaction-id-malformed` unless it is 64 lower-case hex digits
 */
export function txidBytes(txid: string): Uint8Array {
  if (!isHashText(txid)) {
    const value = txid.length > 80 ? `${txid.slice(0, 80)}… (${txid.length} characters)` : txid;
    const limit = '64 lower-case hex digits';
    throw new ChainError('transaction-id-malformed', `${value} is no transaction id: ${limit}`, {
      value,
      limit,
    });
  }
  return Buffer.from(txid, 'hex').reverse();
}
