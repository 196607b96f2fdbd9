import type { ConsistencyProver } from '../merkle/consistency-prover.ts';

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
}
