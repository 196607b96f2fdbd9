import type { Awaitable } from '../store/awaitable.ts';
import { COMMIT_REQUIREMENTS } from './commit-requirements.ts';
import { KEEPING_REQUIREMENTS } from './keeping-requirements.ts';
import { LOG_REQUIREMENTS } from './log-requirements.ts';
import { LOOKUP_REQUIREMENTS } from './lookup-requirements.ts';
import { PlaceInUse, type MeetsRequirement, type StorePlace } from './store-place.ts';

/** One thing that a log relies on in its store. */
export interface StoreRequirement {
  /** What the store does, as the rest of a sentence that begins with the store; no two are the same. */
  readonly name: string;
  /**
   * Checks it in a new place, and closes and removes everything afterwards. May be called any number of times, also at
   * once with others.
   *
   * Rejects with the AssertionError of `node:assert` that says what was expected and what the store did, or with what
   * the store threw where it had to succeed. A store that waits where it has to refuse makes it wait too: give it the
   * time limit of a test.
   */
  readonly run: () => Promise<void>;
}

/**
 * Everything that a log relies on in its {@link LogStore}, for those who write one. It needs no test framework and fits
 * every one that has names and asynchronous functions:
 *
 * ```ts
 * for (const { name, run } of storeContract(newPlace)) it(name, run);
 * ```
 *
 * The largest requirement stores 24 MiB in one commit. What no test within one process can show is left to the store's
 * own tests: that an acknowledged commit survives the loss of power, and what happens when a connection breaks during one.
 *
 * @param newPlace a new and empty place, for every requirement its own
 */
export function storeContract(newPlace: () => Awaitable<StorePlace>): readonly StoreRequirement[] {
  return Object.entries({
    ...LOG_REQUIREMENTS,
    ...COMMIT_REQUIREMENTS,
    ...KEEPING_REQUIREMENTS,
    ...LOOKUP_REQUIREMENTS,
  }).map(([name, meets]) => ({ name, run: () => checkIn(newPlace, meets) }));
}

async function checkIn(newPlace: () => Awaitable<StorePlace>, meets: MeetsRequirement): Promise<void> {
  const place = await newPlace();
  const inUse = new PlaceInUse(place);
  const release = async (): Promise<void> => {
    try {
      await inUse.close();
    } finally {
      await place.remove?.();
    }
  };
  try {
    await meets(inUse);
  } catch (error) {
    // A store that broke the requirement may also fail to close: the first failure is the one to read.
    await release().catch(() => undefined);
    throw error;
  }
  await release();
}
