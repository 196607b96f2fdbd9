/** The latest tree of one log that a witness has cosigned. */
export interface WitnessedTree {
  readonly size: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
  /** The signed note of the log that states it: with another one it is evidence of a split view. */
  readonly checkpoint: string;
}

/**
 * Where a witness remembers. It has to be durable and atomic, whatever processes share it: everything that a witness
 * promises hangs on {@link WitnessStore.advance}.
 */
export interface WitnessStore {
  /**
   * The latest tree of a log; `undefined` before the first.
   *
   * @throws LogError as the store tells
   */
  latest(origin: string): Promise<WitnessedTree | undefined>;
  /**
   * Puts one tree in the place of another. Resolves only when the new one survives a crash of the machine.
   *
   * @param expected size and root hash of the tree that `next` was found to continue; `undefined` for none
   * @returns `undefined` when it was done; else what is stored instead of `expected`, with nothing changed
   * @throws LogError as the store tells: then nothing is to be cosigned
   */
  advance(
    origin: string,
    expected: Pick<WitnessedTree, 'size' | 'rootHash'> | undefined,
    next: WitnessedTree,
  ): Promise<WitnessedTree | undefined>;
  close(): Promise<void>;
}
