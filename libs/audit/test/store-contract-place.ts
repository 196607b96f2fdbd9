import { rejects } from 'node:assert/strict';
import { isLogError, type LogErrorCode, type LogRecords, type LogStore } from '../src/index.ts';

/** An empty place for logs, of a kind of store. */
export interface StorePlace {
  /** Opens the store there: again and again, as other processes would. */
  open(): Promise<LogStore>;
}

/** What a log relies on in its store, each with a check of it in a place of its own. */
export type StoreRequirements = Readonly<Record<string, (place: StorePlace) => Promise<void>>>;

export const ORIGIN = 'example.com/contract';
export const FIRST = 'first checkpoint \u2014\n';

/** Opens the store and a log in it. */
export async function opened(
  place: StorePlace,
  origin = ORIGIN,
  firstCheckpoint: () => string = () => FIRST,
): Promise<LogRecords & AsyncDisposable> {
  const store = await place.open();
  const records = await store.open(origin, firstCheckpoint).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  return Object.assign(records, {
    [Symbol.asyncDispose]: async () => {
      await records.close();
      await store.close();
    },
  });
}

export async function refused(call: () => unknown, ...codes: LogErrorCode[]): Promise<void> {
  await rejects(
    async () => {
      await call();
    },
    (error) => isLogError(error) && (codes.length === 0 || codes.includes(error.code)),
  );
}

export const noCheckpoint = (): never => {
  throw new Error('the log was there already');
};

/** A Buffer is a Uint8Array, and no deep equal of one. */
export function plain(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : new Uint8Array(bytes);
}
