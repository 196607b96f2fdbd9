import type { Awaitable } from './awaitable.ts';
import type { LogRecords } from './log-records.ts';

/**
 * Where logs keep themselves: one file, or one database, with any number of logs. `storeContract` of the subpath `./testing`
 * checks one.
 */
export interface LogStore {
  /** The logs that were made here, by origin, in the order in which they were made. */
  origins(): Awaitable<readonly string[]>;
  /**
   * Opens the records of one log for one writer, who has them until they are closed. Makes the log first when there is
   * none, whole or not at all.
   *
   * @param firstCheckpoint gives the checkpoint of the empty log, should it be made
   * @throws LogError `log-locked` while another writer has them, or what the store or `firstCheckpoint` throws
   */
  open(origin: string, firstCheckpoint: () => Awaitable<string>): Promise<LogRecords>;
  /** Releases the store, after the records that were opened in it. */
  close(): Awaitable<void>;
}
