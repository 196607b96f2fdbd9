import { onTestFinished } from 'vitest';
import {
  LogError,
  openLog,
  openSqliteStore,
  type Commit,
  type Log,
  type LogOptions,
  type LogRecords,
  type LogStore,
  type StoredEntry,
  type StoredHead,
  type StreamSegment,
} from '../src/index.ts';
import { ORIGIN, SIGNER, temporaryPath } from './temporary-log.ts';

/** Commits that wait. */
export interface Held {
  /** When the first one waits. */
  readonly reached: Promise<unknown>;
  readonly release: () => void;
}

/** A real store behind a network, as it were: every answer takes a turn, commits take until they are let go, or fail. */
export class RemoteStore implements LogStore {
  /** What the next commits do; they succeed when there is none. */
  readonly faults: ('refused' | 'unknown')[] = [];
  /** Those that succeeded, in order, over all logs. */
  readonly commits: Commit[] = [];
  /** Notes that were stored without a commit. */
  readonly kept: string[] = [];
  readonly #stops = new Map<'beginning' | 'end', () => Promise<unknown>>();
  readonly #store: LogStore;

  constructor(store: LogStore) {
    this.#store = store;
  }

  /** Commits from now on wait until they are let go: before they begin, or when they are durable. */
  hold(at: 'beginning' | 'end'): Held {
    const reached = Promise.withResolvers<undefined>();
    const gate = Promise.withResolvers<undefined>();
    this.#stops.set(at, () => {
      reached.resolve(undefined);
      return gate.promise;
    });
    return {
      reached: reached.promise,
      release: () => {
        gate.resolve(undefined);
      },
    };
  }

  /** Waits where commits are held. */
  async stop(at: 'beginning' | 'end'): Promise<void> {
    await this.#stops.get(at)?.();
  }

  async origins(): Promise<readonly string[]> {
    await turn();
    return this.#store.origins();
  }

  async open(origin: string, firstCheckpoint: () => string | Promise<string>): Promise<LogRecords> {
    await turn();
    return new RemoteRecords(this, await this.#store.open(origin, firstCheckpoint));
  }

  async close(): Promise<void> {
    await turn();
    await this.#store.close();
  }
}

class RemoteRecords implements LogRecords {
  usable = true;
  readonly #remote: RemoteStore;
  readonly #records: LogRecords;

  constructor(remote: RemoteStore, records: LogRecords) {
    this.#remote = remote;
    this.#records = records;
  }

  async commit(commit: Commit): Promise<void> {
    await this.#remote.stop('beginning');
    const fault = this.#remote.faults.shift();
    if (fault === 'unknown') this.usable = false;
    if (fault !== undefined) throw new LogError('log-io', fault);
    await this.#records.commit(commit);
    this.#remote.commits.push(commit);
    await this.#remote.stop('end');
  }

  async keepCheckpoint(checkpoint: string, seal?: Uint8Array): Promise<void> {
    await turn();
    await this.#records.keepCheckpoint(checkpoint, seal);
    this.#remote.kept.push(checkpoint);
  }

  async head(): Promise<StoredHead> {
    await turn();
    return this.#records.head();
  }
  async entries(from: number, to: number): Promise<readonly StoredEntry[]> {
    await turn();
    return this.#records.entries(from, to);
  }
  async streamVersions(streams: readonly string[], before: number): Promise<ReadonlyMap<string, number>> {
    await turn();
    return this.#records.streamVersions(streams, before);
  }
  async streamSegments(stream: string, before: number): Promise<readonly StreamSegment[]> {
    await turn();
    return this.#records.streamSegments(stream, before);
  }
  async subjectIndexes(subject: string, before: number): Promise<readonly number[]> {
    await turn();
    return this.#records.subjectIndexes(subject, before);
  }
  async keyIndexes(keys: readonly string[], before: number): Promise<ReadonlyMap<string, number>> {
    await turn();
    return this.#records.keyIndexes(keys, before);
  }
  async indexedPositions(): Promise<Awaited<ReturnType<LogRecords['indexedPositions']>>> {
    await turn();
    return this.#records.indexedPositions();
  }
  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    await turn();
    return this.#records.tile(level, index);
  }
  async personal(index: number): Promise<Uint8Array | undefined> {
    await turn();
    return this.#records.personal(index);
  }
  async subjectKey(subject: string): Promise<Uint8Array | undefined> {
    await turn();
    return this.#records.subjectKey(subject);
  }
  async keepSubjectKey(subject: string, wrapped: Uint8Array): Promise<void> {
    await turn();
    await this.#records.keepSubjectKey(subject, wrapped);
  }
  async eraseSubject(subject: string): Promise<void> {
    await turn();
    await this.#records.eraseSubject(subject);
  }
  async firstIndex(): Promise<number> {
    await turn();
    return this.#records.firstIndex();
  }
  async firstPersonalIndex(): Promise<number | undefined> {
    await turn();
    return this.#records.firstPersonalIndex();
  }
  async deleteEntries(before: number): Promise<void> {
    await turn();
    await this.#records.deleteEntries(before);
  }
  async close(): Promise<void> {
    await turn();
    await this.#records.close();
  }
}

/** A turn of the event loop: nothing answers in the one in which it was asked. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A log over such a store, both closed when the test is over. */
export async function openRemote(
  options: Partial<LogOptions> = {},
  path: string = temporaryPath(),
): Promise<{ store: RemoteStore; log: Log }> {
  const store = new RemoteStore(openSqliteStore(path));
  const log = await openLog(store, { origin: ORIGIN, signer: SIGNER, ...options });
  onTestFinished(async () => {
    await log.close();
    await store.close();
  });
  return { store, log };
}
