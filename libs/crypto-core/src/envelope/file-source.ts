import type { FileHandle } from 'node:fs/promises';
import type { RandomAccessSource } from './stream-reader.ts';

/**
 * An open file for {@link openStreamAt}. Its size is taken now; the handle stays the caller's, who closes it.
 *
 * @throws what the system says where the file cannot be read
 */
export async function fileSource(file: FileHandle): Promise<RandomAccessSource> {
  const { size } = await file.stat();
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) return bytes.subarray(0, filled);
        filled += bytesRead;
      }
      return bytes;
    },
  };
}
