import { rejects } from 'node:assert/strict';
import { isLogError, type LogErrorCode } from '../log-error.ts';
import type { Awaitable } from '../store/awaitable.ts';
import type { LogRecords } from '../store/log-records.ts';
import type { LogStore } from '../store/log-store.ts';
import { plainRecords } from './plain-records.ts';

/**
 * One place where a store keeps logs: a file in a new folder, a new schema of a database, a new prefix in a bucket. It
 * is empty at first, and nobody else uses it.
 */
export interface StorePlace {
  /**
   * Opens the store there, as a process would that starts now. It is called again after a store was closed, and then
   * finds what was stored before; and while one is open, as another process would: where only one may be open at a time,
   * this rejects with LogError `log-locked`, or else opening the log does.
   */
  open(): Awaitable<LogStore>;
  /** Called once at the end, whether the store did well or not, when everything that was opened is closed. */
  remove?(): Awaitable<void>;
}

/** Checks one requirement in a place. */
export type MeetsRequirement = (place: PlaceInUse) => Promise<void>;

/** What a log relies on in its store, each with a check of it. */
export type Requirements = Readonly<Record<string, MeetsRequirement>>;

export const ORIGIN = 'example.com/contract';
export const FIRST_CHECKPOINT = 'first checkpoint \u2014\n';

/** For a log that has to be there already. */
export const noCheckpoint = (): never => {
  throw new Error('the log was not there, and was asked for its first checkpoint');
};

/** A place, and everything that is open in it. */
export class PlaceInUse {
  readonly #place: StorePlace;
  #opened = new AsyncDisposableStack();

  constructor(place: StorePlace) {
    this.#place = place;
  }

  async store(): Promise<LogStore> {
    const store = await this.#place.open();
    const close = this.#closing(() => store.close());
    return {
      origins: async () => [...(await store.origins())],
      open: async (origin, firstCheckpoint) => {
        const records = await store.open(origin, firstCheckpoint);
        return plainRecords(
          records,
          this.#closing(() => records.close()),
        );
      },
      close,
    };
  }

  /** Opens the store and a log in it. */
  async records(
    origin: string = ORIGIN,
    firstCheckpoint: () => string = () => FIRST_CHECKPOINT,
  ): Promise<LogRecords> {
    const store = await this.store();
    return store.open(origin, firstCheckpoint).catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
  }

  /** Closes all that is open, the last first. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = new AsyncDisposableStack();
    await opened.disposeAsync();
  }

  /** Closes once, now or with the rest. */
  #closing(close: () => Awaitable<void>): () => Promise<void> {
    let closed = false;
    const closeOnce = async (): Promise<void> => {
      if (closed) return;
      closed = true;
      await close();
    };
    this.#opened.defer(closeOnce);
    return closeOnce;
  }
}

/** Requires a LogError, of one of these codes where there are any. */
export async function refused(call: () => unknown, ...codes: readonly LogErrorCode[]): Promise<void> {
  await rejects(
    async () => {
      await call();
    },
    (error) => isLogError(error) && (codes.length === 0 || codes.includes(error.code)),
  );
}
