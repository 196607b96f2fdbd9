import { openSqliteStore, type Commit, type LogRecords, type LogStore } from '../src/index.ts';
import type { StorePlace } from '../src/testing.ts';
import { temporaryPath } from './temporary-log.ts';

/** What records do otherwise than they should; `records` are right. */
export type Wrongly = (records: LogRecords) => Partial<LogRecords>;

/** A place of a real store whose records do some things wrongly. */
export function placeOfWrongRecords(wrongly: Wrongly): StorePlace {
  const path = temporaryPath();
  return {
    open: () =>
      wrongStore(openSqliteStore(path), (store) => ({
        open: async (origin, firstCheckpoint) =>
          wrongRecords(await store.open(origin, firstCheckpoint), wrongly),
      })),
  };
}

/** A store that does some things wrongly. */
export function wrongStore(store: LogStore, wrongly: (store: LogStore) => Partial<LogStore>): LogStore {
  return {
    origins: () => store.origins(),
    open: (origin, firstCheckpoint) => store.open(origin, firstCheckpoint),
    close: () => store.close(),
    ...wrongly(store),
  };
}

/** Acknowledges commits, shows them for as long as it is open, and forgets them. */
export function forgetfulPlace(): StorePlace {
  const path = temporaryPath();
  return {
    open: () =>
      wrongStore(openSqliteStore(path), (store) => ({
        open: async (origin, firstCheckpoint) => {
          const kept = await store.open(origin, firstCheckpoint);
          const memory = openSqliteStore(temporaryPath());
          const shown = await memory.open(origin, async () => (await kept.head()).checkpoint);
          return wrongRecords(shown, () => ({
            close: async () => {
              await shown.close();
              await memory.close();
              await kept.close();
            },
          }));
        },
      })),
  };
}

/** Gives one log to everybody who asks. */
export function sharedPlace(): StorePlace {
  const path = temporaryPath();
  let users = 0;
  let shared: LogStore | undefined;
  const logs = new Map<string, Promise<LogRecords>>();
  return {
    open: () => {
      users += 1;
      shared ??= openSqliteStore(path);
      return wrongStore(shared, (store) => ({
        open: (origin, firstCheckpoint) => {
          const records = logs.get(origin) ?? store.open(origin, firstCheckpoint);
          logs.set(origin, records);
          return records.then((found) => wrongRecords(found, () => ({ close: () => undefined })));
        },
        close: async () => {
          users -= 1;
          if (users > 0) return;
          for (const records of logs.values()) await (await records).close();
          logs.clear();
          await store.close();
          shared = undefined;
        },
      }));
    },
  };
}

/** Stores what it can of a commit that is refused: its entries, when a key of it is there already. */
export function halfCommits(records: LogRecords): Partial<LogRecords> {
  return {
    commit: async (commit) => {
      try {
        await records.commit(commit);
      } catch (error) {
        await records.commit({ ...commit, keys: new Map() });
        throw error;
      }
    },
  };
}

/** Stores a commit as two, with time for others in between. */
export function commitsInTwo(records: LogRecords): Partial<LogRecords> {
  return {
    commit: async (commit) => {
      const middle = Math.ceil(commit.entries.length / 2);
      const nothing: Commit = {
        ...commit,
        tiles: [],
        streams: new Map(),
        subjects: new Map(),
        keys: new Map(),
        personal: [],
      };
      await records.commit({ ...nothing, entries: commit.entries.slice(0, middle) });
      await new Promise(setImmediate);
      const rest = commit.entries.slice(middle);
      if (rest.length > 0) await records.commit({ ...commit, entries: rest });
    },
    head: async () => {
      await Promise.resolve();
      return records.head();
    },
  };
}

function wrongRecords(records: LogRecords, wrongly: Wrongly): LogRecords {
  return {
    get usable() {
      return records.usable;
    },
    head: () => records.head(),
    commit: (commit) => records.commit(commit),
    keepCheckpoint: (checkpoint, seal) => records.keepCheckpoint(checkpoint, seal),
    entries: (from, to) => records.entries(from, to),
    streamVersions: (streams, before) => records.streamVersions(streams, before),
    streamSegments: (stream, before) => records.streamSegments(stream, before),
    subjectIndexes: (subject, before) => records.subjectIndexes(subject, before),
    keyIndexes: (keys, before) => records.keyIndexes(keys, before),
    indexedPositions: () => records.indexedPositions(),
    tile: (level, index) => records.tile(level, index),
    personal: (index) => records.personal(index),
    subjectKey: (subject) => records.subjectKey(subject),
    keepSubjectKey: (subject, wrapped) => records.keepSubjectKey(subject, wrapped),
    eraseSubject: (subject) => records.eraseSubject(subject),
    firstIndex: () => records.firstIndex(),
    firstPersonalIndex: () => records.firstPersonalIndex(),
    deleteEntries: (before) => records.deleteEntries(before),
    close: () => records.close(),
    ...wrongly(records),
  };
}
