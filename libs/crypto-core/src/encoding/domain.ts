import { utf8 } from './utf8.ts';

/**
 * Bytes that name one purpose of one key and everything it is bound to: the purpose, then each field, each behind its
 * length in two bytes (big-endian). Two different lists can never give the same bytes, so no two purposes share a key.
 *
 * @param purpose such as `envelope/v1`: named and versioned, unique within this library
 * @param fields at most 65,535 bytes each, which the callers check
 */
export function domainSeparated(purpose: string, ...fields: readonly (string | Uint8Array)[]): Uint8Array {
  const parts = [`bitcoin-enterprise/crypto-core/${purpose}`, ...fields].flatMap((field) => {
    const bytes = typeof field === 'string' ? utf8(field) : field;
    return [Uint8Array.of(bytes.length >>> 8, bytes.length & 0xff), bytes];
  });
  return new Uint8Array(Buffer.concat(parts));
}

/** A whole number below 2^32 in four bytes, big-endian. */
export function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
