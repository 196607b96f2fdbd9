import { ChainError } from '../error/chain-error.ts';
import { sha256 } from './sha256.ts';

const HASH_TEXT = /^[0-9a-f]{64}$/;
const HASH_BYTES = 32;

/** The hexadecimal digits as ASCII, and what each of these characters is worth. */
const DIGITS: Uint8Array = new TextEncoder().encode('0123456789abcdef');
const VALUES: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => Math.max(DIGITS.indexOf(code), 0));
const DECODER = new TextDecoder();
/** Where a text is written before it is one. */
const TEXT = new Uint8Array(2 * HASH_BYTES);

/** SHA-256 applied twice, as block and transaction hashes are. */
export function sha256d(bytes: Uint8Array): Uint8Array {
  return sha256(sha256(bytes));
}

/** A 32-byte hash as nodes print it: hex of its bytes in reverse order. */
export function hashToText(bytes: Uint8Array): string {
  // A string put together of pieces takes three times as long, and a million headers have three million hashes.
  for (let index = 0; index < HASH_BYTES; index += 1) {
    const byte = bytes[HASH_BYTES - 1 - index] ?? 0;
    TEXT[2 * index] = DIGITS[byte >>> 4] ?? 0;
    TEXT[2 * index + 1] = DIGITS[byte & 15] ?? 0;
  }
  return DECODER.decode(TEXT);
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
  const bytes = new Uint8Array(HASH_BYTES);
  for (let index = 0; index < HASH_BYTES; index += 1) {
    const high = VALUES[txid.charCodeAt(2 * index)] ?? 0;
    const low = VALUES[txid.charCodeAt(2 * index + 1)] ?? 0;
    bytes[HASH_BYTES - 1 - index] = high * 16 + low;
  }
  return bytes;
}
