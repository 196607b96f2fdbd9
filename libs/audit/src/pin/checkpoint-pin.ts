import type { ConsistencyProver } from '../merkle/consistency-prover.ts';
import type { Awaitable } from '../store/awaitable.ts';

/**
 * Remembers, outside of a log's store, how far the log had come. A store that is rolled back, forked or replaced no longer
 * contains what is pinned; nothing inside the store can show that.
 *
 * The pin belongs where whoever can change the store cannot reach: another disk, another host, a witness.
 */
export interface CheckpointPin {
  /**
   * The checkpoint that was pinned last, with what signatures the pin added to it; `undefined` where there never was one.
   */
  latest(): Promise<string | undefined>;
  /**
   * Resolves only when the pin survives a crash of the machine. Checkpoints come in the order of their sizes.
   *
   * @param prove that the tree of this checkpoint continues an earlier one, for those who hold that one: a witness does
   */
  pin(checkpoint: string, prove: ConsistencyProver): Promise<void>;
  /** Where a pin has room for the newest entries too. */
  readonly keeper?: EntryKeeper;
}

/** A checkpoint that is pinned, and what is kept beside it. */
export interface Pinned {
  readonly checkpoint: string;
  /** The bytes of the last entries that the checkpoint covers, in order. */
  readonly entries: readonly Uint8Array[];
}

/** The length of {@link EntryKeeper.id}. */
export const PIN_ID_BYTES = 16;

/**
 * Keeps the newest entries beside the checkpoint that covers them, so that one sync makes both durable; a store on the same
 * machine may then take several appends at once. What the store lacks after a crash is put into it from here.
 */
export interface EntryKeeper {
  /** 16 bytes that tell this pin from every other one. */
  readonly id: Uint8Array;
  /** Whether it is to keep more of them; those that it has are read either way. */
  readonly keeps: boolean;
  /** What was pinned last, with all entries that are kept; `undefined` where there never was anything. */
  latest(): Promise<Pinned | undefined>;
  /** Whether entries can be kept beside a checkpoint, behind those that are kept already. */
  fits(pinned: Pinned): boolean;
  /** Pins a checkpoint as {@link CheckpointPin.pin} does, at once or later, and keeps entries with it, behind those that are kept already. */
  pin(pinned: Pinned): Awaitable<void>;
  /** The same, and keeps nothing from before. */
  startOver(pinned: Pinned): Awaitable<void>;
}
