import { LogError } from '../log-error.ts';

/** Positions take six bytes, big-endian: 2^48 entries are more than one log will hold. */
const POSITION_BYTES = 6;

/** Joins positions in the log. */
export function encodeIndexes(indexes: readonly number[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(indexes.length * POSITION_BYTES);
  indexes.forEach((index, position) => bytes.writeUIntBE(index, position * POSITION_BYTES, POSITION_BYTES));
  return bytes;
}

/** @throws LogError `log-corrupt` unless the positions ascend. */
export function decodeIndexes(bytes: Uint8Array): number[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const indexes: number[] = [];
  let ascends = bytes.length > 0 && bytes.length % POSITION_BYTES === 0;
  for (let offset = 0; offset + POSITION_BYTES <= bytes.length; offset += POSITION_BYTES) {
    const index = view.readUIntBE(offset, POSITION_BYTES);
    ascends &&= index > (indexes.at(-1) ?? -1);
    indexes.push(index);
  }
  if (!ascends) {
    throw new LogError('log-corrupt', 'a list of positions is malformed', { value: `${bytes.length} bytes` });
  }
  return indexes;
}
