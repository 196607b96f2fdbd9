import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LogError } from '../log-error.ts';
import { syncFolder } from '../store/sync-folder.ts';
import type { CheckpointPin } from './checkpoint-pin.ts';
import {
  decodePinSlot,
  encodePinSlot,
  MAX_PINNED_BYTES,
  type PinSlot,
  SLOT_BYTES,
  SLOTS,
} from './pin-slot.ts';

/** A pin in a file of 8 KiB. To be closed after the log that it is given to. */
export interface FilePin extends CheckpointPin, AsyncDisposable {
  /** Releases the file. */
  close(): Promise<void>;
}

/**
 * Opens the pin in the file at `path`, and makes it when there is none. Put it on another disk than the log, or where only
 * this process may write.
 *
 * @throws LogError `pin-failed` where the file cannot be opened or read; `pin-corrupt` where it holds no whole pin
 */
export async function openFilePin(path: string): Promise<FilePin> {
  let file: FileHandle | undefined;
  try {
    const [opened, isNew] = await openOrCreate(path);
    file = opened;
    const newest = isNew ? undefined : await readNewest(file, path);
    return new SlotFile(file, newest);
  } catch (error) {
    await file?.close();
    throw error instanceof LogError ? error : failed(path, error);
  }
}

class SlotFile implements FilePin {
  readonly #file: FileHandle;
  #newest: PinSlot | undefined;

  constructor(file: FileHandle, newest: PinSlot | undefined) {
    this.#file = file;
    this.#newest = newest;
  }

  latest(): Promise<string | undefined> {
    return Promise.resolve(this.#newest?.checkpoint);
  }

  async pin(checkpoint: string): Promise<void> {
    const slot = { number: (this.#newest?.number ?? 0) + 1, checkpoint };
    const bytes = encodePinSlot(slot);
    if (bytes.length > SLOT_BYTES) {
      throw new LogError('pin-failed', 'the checkpoint is too long for a pin', {
        value: `${Buffer.byteLength(checkpoint)} bytes`,
        limit: `${MAX_PINNED_BYTES} bytes`,
      });
    }
    try {
      await this.#file.write(bytes, 0, bytes.length, (slot.number % SLOTS) * SLOT_BYTES);
      await this.#file.datasync();
    } catch (error) {
      throw failed('the pin file', error);
    }
    this.#newest = slot;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function openOrCreate(path: string): Promise<[file: FileHandle, isNew: boolean]> {
  try {
    const file = await open(path, 'wx+', 0o600);
    // Its whole length at once, so that a pin changes no size.
    await file.write(new Uint8Array(SLOTS * SLOT_BYTES));
    await file.sync();
    syncFolder(dirname(path));
    return [file, true];
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return [await open(path, 'r+'), false];
  }
}

async function readNewest(file: FileHandle, path: string): Promise<PinSlot | undefined> {
  const bytes = new Uint8Array(SLOTS * SLOT_BYTES);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
  const slots = Array.from({ length: SLOTS }, (_, index) =>
    decodePinSlot(bytes.subarray(index * SLOT_BYTES, (index + 1) * SLOT_BYTES)),
  );
  const newest = slots
    .filter((slot) => slot !== undefined)
    .reduce<PinSlot | undefined>(
      (best, slot) => (slot.number > (best?.number ?? 0) ? slot : best),
      undefined,
    );
  // Without a whole slot, only a file of zeros is known to be one that nothing was pinned in yet.
  if (newest === undefined && (bytesRead !== bytes.length || bytes.some((byte) => byte !== 0))) {
    throw new LogError('pin-corrupt', 'the file holds no whole pin', { value: path });
  }
  return newest;
}

function failed(value: string, cause: unknown): LogError {
  return new LogError('pin-failed', 'the pin cannot be read or written', { value, cause });
}
