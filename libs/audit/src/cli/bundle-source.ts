import { open } from 'node:fs/promises';
import { CommandError } from './command-error.ts';
import type { Terminal } from './terminal.ts';

/** Shorter files are read before a person has read a line about it. */
const WORTH_TELLING_BYTES = 16 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

/**
 * The bytes of a file in pieces, each to be used before the next, with the progress told to whoever looks on.
 *
 * @throws CommandError `file-unreadable`
 */
export async function* bundleSource(path: string, notes: Terminal): AsyncGenerator<Uint8Array> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const isTold = notes.isTTY === true && size >= WORTH_TELLING_BYTES;
    let told = -1;
    let read = 0;
    // One buffer for all pieces: as many as there are in a long file would be memory that is freed late.
    const buffer = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) break;
      yield buffer.subarray(0, bytesRead);
      read += bytesRead;
      const percent = Math.floor((read / size) * 100);
      if (isTold && percent !== told) notes.write(`\r${percent} % of ${Math.round(size / 1e6)} MB`);
      told = percent;
    }
    if (isTold) notes.write('\r\x1b[K');
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new CommandError('file-unreadable', error.message, error);
  }
}
