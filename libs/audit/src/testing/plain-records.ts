import type { LogRecords, StreamSegment } from '../store/log-records.ts';

/**
 * The same records, which answer in plain values: a Buffer equals a Uint8Array, a row of a database an object and a
 * subclass of Map a Map for a log, and nothing of it does for a deep comparison.
 *
 * @param close closes the records
 */
export function plainRecords(records: LogRecords, close: () => Promise<void>): LogRecords {
  return {
    get usable() {
      return records.usable;
    },
    head: async () => {
      const { size, checkpoint, seal } = await records.head();
      return { size, checkpoint, seal: plain(seal) };
    },
    commit: async (commit) => {
      await records.commit(commit);
    },
    keepCheckpoint: async (checkpoint, seal) => {
      await records.keepCheckpoint(checkpoint, seal);
    },
    entries: async (from, to) =>
      (await records.entries(from, to)).map(({ index, leafHash, bytes }) => ({
        index,
        leafHash: new Uint8Array(leafHash),
        bytes: new Uint8Array(bytes),
      })),
    streamVersions: async (streams, before) =>
      new Map((await records.streamVersions(streams, before)).entries()),
    streamSegments: async (stream, before) =>
      (await records.streamSegments(stream, before)).map(plainSegment),
    subjectIndexes: async (subject, before) => [...(await records.subjectIndexes(subject, before))],
    keyIndexes: async (keys, before) => new Map((await records.keyIndexes(keys, before)).entries()),
    indexedPositions: async () => {
      const { streams, subjects, keys } = await records.indexedPositions();
      return { streams, subjects, keys };
    },
    tile: async (level, index) => plain(await records.tile(level, index)),
    personal: async (index) => plain(await records.personal(index)),
    subjectKey: async (subject) => plain(await records.subjectKey(subject)),
    keepSubjectKey: async (subject, wrapped) => {
      await records.keepSubjectKey(subject, wrapped);
    },
    eraseSubject: async (subject) => {
      await records.eraseSubject(subject);
    },
    firstIndex: async () => records.firstIndex(),
    firstPersonalIndex: async () => records.firstPersonalIndex(),
    deleteEntries: async (before) => {
      await records.deleteEntries(before);
    },
    close,
  };
}

function plain(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : new Uint8Array(bytes);
}

function plainSegment({ firstVersion, indexes }: StreamSegment): StreamSegment {
  return { firstVersion, indexes: [...indexes] };
}
