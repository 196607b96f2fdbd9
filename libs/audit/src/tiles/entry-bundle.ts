import { LogError } from '../log-error.ts';

/** What a length of 16 bits can say. */
export const MAX_BUNDLED_ENTRY_BYTES = 0xffff;

/**
 * Joins entries behind their lengths, big-endian (C2SP tlog-tiles, "Log entries"). An entry of this library may be longer
 * than 16 bits can say; lengths then have 32, and the bundle stands under another name, as that section allows.
 */
export function encodeEntryBundle(entries: readonly Uint8Array[], lengthBytes: 2 | 4): Uint8Array {
  const pieces = entries.flatMap((entry) => {
    const length = Buffer.alloc(lengthBytes);
    length.writeUIntBE(entry.length, 0, lengthBytes);
    return [length, entry];
  });
  return new Uint8Array(Buffer.concat(pieces));
}

/**
 * Takes a bundle apart.
 *
 * @param count how many entries it must hold
 * @throws LogError `tile-malformed`
 */
export function decodeEntryBundle(bundle: Uint8Array, count: number, lengthBytes: 2 | 4): Uint8Array[] {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.length);
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (offset + lengthBytes <= bytes.length && entries.length < count) {
    const end = offset + lengthBytes + bytes.readUIntBE(offset, lengthBytes);
    if (end > bytes.length) break;
    entries.push(Uint8Array.from(bytes.subarray(offset + lengthBytes, end)));
    offset = end;
  }
  if (offset === bytes.length && entries.length === count) return entries;
  throw new LogError('tile-malformed', 'the bytes are not a bundle of so many entries', {
    value: `${bytes.length} bytes, ${entries.length} entries`,
    limit: `${count} entries`,
  });
}
