import { LogError } from '../log-error.ts';
import { HASH_BYTES } from '../merkle/tree-hash.ts';

/** A row as a client of PostgreSQL gives it. */
export type PostgresRow = Readonly<Record<string, unknown>>;

/** @throws LogError `log-corrupt` unless it is a row. */
export function postgresRow(row: unknown): PostgresRow {
  if (typeof row !== 'object' || row === null) throw malformedColumn('row');
  return row as PostgresRow;
}

/**
 * A whole number from 0. Clients give 64-bit integers as text, as a number or as a bigint, whatever the application has
 * set for all of its queries.
 *
 * @throws LogError `log-corrupt`
 */
export function wholeNumber(row: PostgresRow, column: string): number {
  const value = row[column];
  const isWritten = typeof value === 'number' || typeof value === 'bigint' || isDigits(value);
  const number = isWritten ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < 0) throw malformedColumn(column);
  return number;
}

/**
 * How many items of `itemBytes` bytes there are in a column's number of bytes.
 *
 * @throws LogError `log-corrupt` unless it is a multiple.
 */
export function itemCount(row: PostgresRow, column: string, itemBytes: number): number {
  const count = wholeNumber(row, column) / itemBytes;
  if (!Number.isInteger(count)) throw malformedColumn(column);
  return count;
}

/** @throws LogError `log-corrupt` unless the column holds bytes. */
export function bytes(row: PostgresRow, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw malformedColumn(column);
  // A view, because clients give a subclass with methods of its own.
  return new Uint8Array(value.buffer, value.byteOffset, value.length);
}

/** @throws LogError `log-corrupt` unless the column holds one hash of 32 bytes. */
export function hash(row: PostgresRow, column: string): Uint8Array {
  const value = hashes(row, column);
  if (value.length !== HASH_BYTES) throw malformedColumn(column);
  return value;
}

/** @throws LogError `log-corrupt` unless the column holds hashes of 32 bytes, at least one. */
export function hashes(row: PostgresRow, column: string): Uint8Array {
  const value = bytes(row, column);
  if (value.length === 0 || value.length % HASH_BYTES !== 0) throw malformedColumn(column);
  return value;
}

/** @throws LogError `log-corrupt` unless the column holds well-formed UTF-8. */
export function utf8Text(row: PostgresRow, column: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes(row, column));
  } catch {
    throw malformedColumn(column);
  }
}

/**
 * The bytes under which a name is stored, so that names are compared byte by byte, whatever encoding and collation the
 * database has; `undefined` for a text with a lone surrogate, which has none and names nothing.
 */
export function nameBytes(name: string): Uint8Array | undefined {
  return name.isWellFormed() ? Buffer.from(name) : undefined;
}

/** @throws LogError `event-malformed` for a text with a lone surrogate. */
export function requireNameBytes(name: string): Uint8Array {
  const encoded = nameBytes(name);
  if (encoded !== undefined) return encoded;
  throw new LogError('event-malformed', 'a name has a lone surrogate', { limit: 'well-formed UTF-16' });
}

function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,16}$/.test(value);
}

function malformedColumn(column: string): LogError {
  return new LogError('log-corrupt', 'a stored value is missing or of another type', { value: column });
}
