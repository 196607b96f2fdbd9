import { randomBytes, randomUUID } from 'node:crypto';
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
import { PIN_ID_BYTES } from './checkpoint-pin.ts';
import {
  decodePinSlot,
  encodePinSlot,
  HEADER_BYTES,
  numberInHeader,
  type PinSlot,
  SLOT_BYTES,
  SLOTS,
} from './pin-slot.ts';

const FILE_BYTES = SLOTS * SLOT_BYTES;

/**
 * The file of a pin. It is written and synced on the calling thread: a log that waits for its pin has nothing else to do,
 * and handing a sync of 100 us to another thread costs half as much again.
 */
export class SlotFile {
  readonly #file: number;
  readonly #path: string;
  readonly #next = new Uint8Array(HEADER_BYTES);
  #newest: PinSlot;
  #isClosed = false;

  /**
   * Opens the file, and makes it when there is none.
   *
   * @throws LogError `pin-failed`, `pin-corrupt`
   */
  constructor(path: string) {
    let file: number | undefined;
    try {
      file = openOrCreate(path);
      this.#newest = newestOf(wholeSlots(readSlots(file), path));
    } catch (error) {
      if (file !== undefined) closeSync(file);
      throw asPinError(path, error);
    }
    this.#file = file;
    this.#path = path;
  }

  /** 16 bytes, of this file alone. */
  get id(): Uint8Array {
    return this.#newest.id;
  }

  /** Of the slot that was read or written last. */
  get kept(): number {
    return this.#newest.kept;
  }

  /**
   * What was written last, with all entries that it covers and that slots before it keep. It is read anew each time: another
   * process may have written since, which held the log until now.
   *
   * @throws LogError `pin-failed`, `pin-corrupt`
   */
  read(): PinSlot {
    return this.#attempt(() => {
      const slots = wholeSlots(readSlots(this.#file), this.#path);
      this.#newest = newestOf(slots);
      return { ...this.#newest, entries: keptWith(this.#newest, slots) };
    });
  }

  /**
   * What was written last: it is read anew where another process has written since.
   *
   * @throws LogError `pin-failed`, `pin-corrupt`
   */
  newest(): PinSlot {
    const isLast = this.#attempt(() => {
      const { number } = this.#newest;
      const read = readSync(this.#file, this.#next, 0, HEADER_BYTES, placeOf(number + 1));
      return numberInHeader(this.#next.subarray(0, read)) <= number;
    });
    return isLast ? this.#newest : this.read();
  }

  /**
   * Returns when the slot survives a crash of the machine.
   *
   * @param slot the one behind {@link newest}, of up to {@link SLOT_BYTES}
   * @throws LogError `pin-failed`
   */
  write(slot: PinSlot): void {
    this.#attempt(() => {
      writeWhole(this.#file, encodePinSlot(slot), placeOf(slot.number));
      fdatasyncSync(this.#file);
    });
    this.#newest = slot;
  }

  close(): void {
    if (!this.#isClosed) closeSync(this.#file);
    this.#isClosed = true;
  }

  #attempt<T>(use: () => T): T {
    // The number of a closed descriptor may be another file's by now.
    if (this.#isClosed) throw new LogError('pin-failed', 'the pin file is closed', { value: this.#path });
    try {
      return use();
    } catch (error) {
      throw asPinError(this.#path, error);
    }
  }
}

function placeOf(number: number): number {
  return (number % SLOTS) * SLOT_BYTES;
}

function openOrCreate(path: string): number {
  if (!existsSync(path)) create(path);
  // Also of a file that was there: whoever made it may have been killed before its name was durable.
  syncFolder(dirname(path));
  return openSync(path, 'r+');
}

/** Makes the file whole or not at all: written under another name, synced, and only then linked to `path`. */
function create(path: string): void {
  const draft = `${path}.new-${randomUUID()}`;
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      // Its whole length at once, so that a pin changes no size.
      const bytes = new Uint8Array(FILE_BYTES);
      const id = randomBytes(PIN_ID_BYTES);
      bytes.set(encodePinSlot({ id, number: 0, kept: 0, checkpoint: '', entries: [] }));
      writeWhole(file, bytes, 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(draft, path);
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
  const bytes = new Uint8Array(FILE_BYTES);
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
}

/** By number, the newest first; at least one. */
function wholeSlots(bytes: Uint8Array, path: string): readonly PinSlot[] {
  const slots = Array.from({ length: SLOTS }, (_, index) =>
    decodePinSlot(bytes.subarray(index * SLOT_BYTES, (index + 1) * SLOT_BYTES)),
  ).filter((slot) => slot !== undefined);
  slots.sort((one, other) => other.number - one.number);
  const isPinned = (slots[0]?.number ?? 0) > 0;
  if (isPinned || (slots.length > 0 && isAsMade(bytes))) return slots;
  throw new LogError('pin-corrupt', 'the file holds no whole pin', { value: path });
}

/** Behind its first slot the file is zeros until something is pinned: otherwise that is lost. */
function isAsMade(bytes: Uint8Array): boolean {
  return bytes.length === FILE_BYTES && bytes.subarray(SLOT_BYTES).every((byte) => byte === 0);
}

function newestOf([newest]: readonly PinSlot[]): PinSlot {
  if (newest === undefined) throw new RangeError('there is no slot');
  return newest;
}

/** The entries of a slot and of those before it that it tells to keep, up to the first that is damaged. */
function keptWith(newest: PinSlot, slots: readonly PinSlot[]): readonly Uint8Array[] {
  const kept = slots.filter(({ number }, place) => number === newest.number - place && place <= newest.kept);
  return kept.reverse().flatMap(({ entries }) => entries);
}

function asPinError(value: string, cause: unknown): LogError {
  if (cause instanceof LogError) return cause;
  return new LogError('pin-failed', 'the pin cannot be read or written', { value, cause });
}
