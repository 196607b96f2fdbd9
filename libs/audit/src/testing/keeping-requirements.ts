import { deepEqual, equal } from 'node:assert/strict';
import type { LogRecords } from '../store/log-records.ts';
import { commitOf, hashOf, tileOf } from './sample-commit.ts';
import { FIRST_CHECKPOINT, ORIGIN, type Requirements } from './store-place.ts';

/** What is stored is deleted when it is asked for, and may be large. */
export const KEEPING_REQUIREMENTS: Requirements = {
  /** A log that was pruned still proves the rest: tiles, indexes and the numbers of entries stay as they are. */
  'deletes the first entries and nothing else': async (place) => {
    const found = async (records: LogRecords): Promise<unknown[]> => [
      await records.firstIndex(),
      await records.firstPersonalIndex(),
      (await records.entries(0, 9)).map(({ index }) => index),
      (await records.head()).size,
      await records.streamVersions(['s'], 9),
      await records.tile(1, 0),
    ];
    const store = await place.store();
    const other = await store.open('example.com/other', () => FIRST_CHECKPOINT);
    await other.commit(commitOf(0, 2));
    const pruned = await store.open(ORIGIN, () => FIRST_CHECKPOINT);
    deepEqual([await pruned.firstIndex(), await pruned.firstPersonalIndex()], [0, undefined]);
    const parts = { streams: { s: { firstVersion: 1, indexes: [0, 1] } }, tiles: [tileOf(hashOf('tile'))] };
    const personal = [3, 2].map((index) => ({ index, subject: 'c', sealed: hashOf('sealed') }));
    await pruned.commit(commitOf(0, 4, { ...parts, personal }));
    await pruned.deleteEntries(2);
    equal((await other.entries(0, 9)).length, 2);
    await place.close();
    const again = await place.records();
    const left = [2, 2, [2, 3], 4, new Map([['s', 2]]), hashOf('tile')];
    deepEqual(await found(again), left);
    await again.deleteEntries(2);
    deepEqual(await found(again), left);
    await again.commit(commitOf(4, 1));
    deepEqual(
      (await again.entries(0, 9)).map(({ index }) => index),
      [2, 3, 4],
    );
  },

  /**
   * Calls that wait for a commit share the next one, and a call may bring thousands of large events: limits on the
   * length of a statement, of a message or on the number of its parameters are the store's to get around.
   */
  'takes a commit of 10,000 entries, and one of 24 MiB': async (place) => {
    const keys = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key ${index}`, index]));
    const records = await place.records();
    const indexes = Array.from({ length: 10_000 }, (_, index) => index);
    const streams = { s: { firstVersion: 1, indexes } };
    await records.commit(commitOf(0, 10_000, { keys, streams, subjects: { c: indexes } }));
    await records.commit(commitOf(10_000, 24, { entryBytes: 1_048_576, keys: { last: 10_001 } }));
    await place.close();
    const again = await place.records();
    equal((await again.head()).size, 10_024);
    deepEqual(await again.streamVersions(['s'], 10_024), new Map([['s', 10_000]]));
    equal((await again.keyIndexes(Object.keys(keys), 10_024)).size, 10_000);
    deepEqual(await again.keyIndexes(['last'], 10_024), new Map([['last', 10_001]]));
    const [entry] = await again.entries(9_999, 10_000);
    deepEqual(entry?.leafHash, hashOf('leaf 9999'));
    const large = await again.entries(10_000, 10_024);
    deepEqual(
      large.map(({ bytes }) => [bytes.length, bytes[0], bytes.at(-1)]),
      Array.from({ length: 24 }, (_, offset) => [
        1_048_576,
        (10_000 + offset) % 256,
        (10_000 + offset) % 256,
      ]),
    );
  },
};
