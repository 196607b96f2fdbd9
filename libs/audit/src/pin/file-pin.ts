import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
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
export function openFilePin(path: string): Promise<FilePin> {
  return new Promise((resolve) => {
    resolve(openSlotFile(path));
  });
}

function openSlotFile(path: string): FilePin {
  let file: number | undefined;
  try {
    file = openOrCreate(path);
    newestIn(readSlots(file), path);
    return new SlotFile(file, path);
  } catch (error) {
    if (file !== undefined) closeSync(file);
    throw error instanceof LogError ? error : failed(path, error);
  }
}

/**
 * Writes and syncs on the calling thread: a log that waits for its pin has nothing else to do, and handing a sync of
 * 100 us to another thread costs half as much again.
 */
class SlotFile implements FilePin {
  readonly #file: number;
  readonly #path: string;
  /** What the file held when it was read last, and the newest pin in that. */
  #read: { readonly bytes: Uint8Array; readonly newest: PinSlot | undefined } | undefined;
  #isClosed = false;

  constructor(file: number, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** Read anew each time: another process may have pinned since, which held the log until now. */
  latest(): Promise<string | undefined> {
    return new Promise((resolve) => {
      resolve(this.#newest()?.checkpoint);
    });
  }

  pin(checkpoint: string): Promise<void> {
    return new Promise((resolve) => {
      const newest = this.#newest();
      this.#refuseOlder(checkpoint, newest);
      this.#write({ number: (newest?.number ?? 0) + 1, checkpoint });
      resolve();
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#isClosed) closeSync(this.#file);
      this.#isClosed = true;
      resolve();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #newest(): PinSlot | undefined {
    // The number of a closed descriptor may be another file's by now.
    if (this.#isClosed) throw new LogError('pin-failed', 'the pin file is closed', { value: this.#path });
    try {
      const bytes = readSlots(this.#file);
      if (this.#read === undefined || Buffer.compare(this.#read.bytes, bytes) !== 0) {
        this.#read = { bytes, newest: newestIn(bytes, this.#path) };
      }
      return this.#read.newest;
    } catch (error) {
      throw error instanceof LogError ? error : failed(this.#path, error);
    }
  }

  /** Where two writers share a pin, the one that was overtaken does not set it back. */
  #refuseOlder(checkpoint: string, newest: PinSlot | undefined): void {
    const [given, pinned] = [sizeIn(checkpoint), sizeIn(newest?.checkpoint ?? '')];
    if (given < 0 || given >= pinned) return;
    throw new LogError('pin-failed', 'a larger checkpoint is pinned already', {
      value: `${given} entries`,
      limit: `${pinned} entries`,
    });
  }

  #write(slot: PinSlot): void {
    const bytes = encodePinSlot(slot);
    if (bytes.length > SLOT_BYTES) {
      throw new LogError('pin-failed', 'the checkpoint is too long for a pin', {
        value: `${Buffer.byteLength(slot.checkpoint)} bytes`,
        limit: `${MAX_PINNED_BYTES} bytes`,
      });
    }
    try {
      const place = (slot.number % SLOTS) * SLOT_BYTES;
      writeWhole(this.#file, bytes, place);
      fdatasyncSync(this.#file);
      this.#remember(slot, bytes, place);
    } catch (error) {
      throw failed(this.#path, error);
    }
  }

  #remember(newest: PinSlot, slot: Uint8Array, place: number): void {
    const bytes = this.#read?.bytes;
    if (bytes?.length !== SLOTS * SLOT_BYTES) return;
    bytes.set(slot, place);
    this.#read = { bytes, newest };
  }
}

function openOrCreate(path: string): number {
  if (!existsSync(path)) create(path);
  return openSync(path, 'r+');
}

/** Makes the file whole or not at all: written under another name, synced, and only then linked to `path`. */
function create(path: string): void {
  const draft = `${path}.new-${randomUUID()}`;
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      // Its whole length at once, so that a pin changes no size.
      writeWhole(file, new Uint8Array(SLOTS * SLOT_BYTES), 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(draft, path);
    syncFolder(dirname(path));
  } catch (error) {
    // Another process was first.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The operating system may write less than it was given. */
function writeWhole(file: number, bytes: Uint8Array, place: number): void {
  for (let written = 0; written < bytes.length;) {
    const count = writeSync(file, bytes, written, bytes.length - written, place + written);
    if (count === 0) throw new Error('nothing was written');
    written += count;
  }
}

/** The whole file, or what there is of it. */
function readSlots(file: number): Uint8Array {
  const bytes = new Uint8Array(SLOTS * SLOT_BYTES);
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
}

function newestIn(bytes: Uint8Array, path: string): PinSlot | undefined {
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
  if (newest === undefined && (bytes.length !== SLOTS * SLOT_BYTES || bytes.some((byte) => byte !== 0))) {
    throw new LogError('pin-corrupt', 'the file holds no whole pin', { value: path });
  }
  return newest;
}

/** The tree size in the second line of a checkpoint (C2SP tlog-checkpoint); -1 for another text. */
function sizeIn(checkpoint: string): number {
  return Number(/^[^\n]+\n(0|[1-9]\d{0,15})\n/u.exec(checkpoint)?.[1] ?? -1);
}

function failed(value: string, cause: unknown): LogError {
  return new LogError('pin-failed', 'the pin cannot be read or written', { value, cause });
}
