import { LogError } from '../log-error.ts';
import type { CheckpointPin, EntryKeeper, Pinned } from './checkpoint-pin.ts';
import { MAX_PINNED_BYTES, pinnedBytes, SLOTS } from './pin-slot.ts';
import { SlotFile } from './slot-file.ts';

/** A pin in a file of 256 KiB, with room for some of the newest entries. To be closed after the log that it is given to. */
export interface FilePin extends CheckpointPin, AsyncDisposable {
  readonly keeper: EntryKeeper;
  /** Releases the file. */
  close(): Promise<void>;
}

/** How the file of a pin is opened. */
export interface FilePinOptions {
  /**
   * Whether entries may stand in the pin alone until the log is idle: one sync an append, and the pin is needed after a
   * crash. Otherwise the store has every entry before it is acknowledged, which takes a second sync. Default true.
   */
  readonly keepsEntries?: boolean;
}

/**
 * Opens the pin in the file at `path`, and makes it when there is none. Put it on another disk than the log, or where only
 * this process may write.
 *
 * @throws LogError `pin-failed` where the file cannot be opened or read; `pin-corrupt` where it holds no whole pin
 */
export function openFilePin(path: string, { keepsEntries = true }: FilePinOptions = {}): Promise<FilePin> {
  return new Promise((resolve) => {
    resolve(new SlotFilePin(new SlotFile(path), keepsEntries));
  });
}

class SlotFilePin implements FilePin {
  readonly #file: SlotFile;
  readonly keeper: EntryKeeper;

  constructor(file: SlotFile, keeps: boolean) {
    this.#file = file;
    this.keeper = {
      id: file.id,
      keeps,
      latest: () => this.#latest(),
      // One slot stays for the pin that starts over: until it is whole, those before it are needed.
      fits: (pinned) => keeps && pinnedBytes(pinned) <= MAX_PINNED_BYTES && file.kept < SLOTS - 2,
      pin: (pinned) => {
        this.#pin(pinned, true);
      },
      startOver: (pinned) => {
        this.#pin(pinned, false);
      },
    };
  }

  latest(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const { number, checkpoint } = this.#file.newest();
      resolve(number === 0 ? undefined : checkpoint);
    });
  }

  pin(checkpoint: string): Promise<void> {
    return new Promise((resolve) => {
      this.#pin({ checkpoint, entries: [] }, false);
      resolve();
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#file.close();
      resolve();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #latest(): Promise<Pinned | undefined> {
    return new Promise((resolve) => {
      const newest = this.#file.read();
      resolve(newest.number === 0 ? undefined : newest);
    });
  }

  /** @param keepsMore whether the entries that are kept already are kept further */
  #pin(pinned: Pinned, keepsMore: boolean): void {
    const { id, number, kept, checkpoint } = this.#file.newest();
    refuseOlder(pinned.checkpoint, checkpoint);
    refuseLong(pinned);
    this.#file.write({ ...pinned, id, number: number + 1, kept: keepsMore ? kept + 1 : 0 });
  }
}

/** Where two writers share a pin, the one that was overtaken does not set it back. */
function refuseOlder(given: string, pinned: string): void {
  const [givenSize, pinnedSize] = [sizeIn(given), sizeIn(pinned)];
  if (givenSize < 0 || givenSize >= pinnedSize) return;
  throw new LogError('pin-failed', 'a larger checkpoint is pinned already', {
    value: `${givenSize} entries`,
    limit: `${pinnedSize} entries`,
  });
}

function refuseLong(pinned: Pinned): void {
  const bytes = pinnedBytes(pinned);
  if (bytes <= MAX_PINNED_BYTES) return;
  throw new LogError('pin-failed', 'the checkpoint is too long for a pin', {
    value: `${bytes} bytes`,
    limit: `${MAX_PINNED_BYTES} bytes`,
  });
}

/** The tree size in the second line of a checkpoint (C2SP tlog-checkpoint); -1 for another text. */
function sizeIn(checkpoint: string): number {
  return Number(/^[^\n]+\n(0|[1-9]\d{0,15})\n/u.exec(checkpoint)?.[1] ?? -1);
}
