import { deepEqual, equal, ok } from 'node:assert/strict';
import type { LogRecords } from '../src/index.ts';
import { commitOf, hashOf } from './store-contract-sample.ts';
import {
  FIRST,
  noCheckpoint,
  opened,
  ORIGIN,
  plain,
  refused,
  type StoreRequirements,
} from './store-contract-place.ts';

/** Commits are atomic and durable, and nothing else changes what is stored. */
export const COMMIT_REQUIREMENTS: StoreRequirements = {
  'gives back what a commit stored, at once and after it was opened again': async (place) => {
    const commit = commitOf(0, 300, {
      checkpoint: 'signed \u2014 note\n',
      tiles: [
        { level: 0, index: 0, hashes: hashOf('full tile') },
        { level: 1, index: 0, hashes: hashOf('partial tile') },
      ],
      streams: { s: { firstVersion: 1, indexes: [0, 2, 255] }, t: { firstVersion: 7, indexes: [1] } },
      subjects: { customer: [0, 255] },
      keys: { k: 3 },
      personal: [{ index: 2, subject: 'customer', sealed: hashOf('sealed') }],
    });
    const holds = async (records: LogRecords): Promise<void> => {
      const { size, checkpoint, seal } = await records.head();
      deepEqual([size, checkpoint, plain(seal)], [300, 'signed \u2014 note\n', commit.seal]);
      const entries = await records.entries(0, 300);
      deepEqual(
        entries.map(({ index, leafHash, bytes }) => ({
          index,
          leafHash: plain(leafHash),
          bytes: plain(bytes),
        })),
        commit.entries,
      );
      deepEqual(plain(await records.tile(0, 0)), hashOf('full tile'));
      deepEqual(plain(await records.tile(1, 0)), hashOf('partial tile'));
      equal(await records.tile(0, 1), undefined);
      deepEqual(await records.streamSegments('s', 300), [{ firstVersion: 1, indexes: [0, 2, 255] }]);
      deepEqual(
        await records.streamVersions(['t', 's', 'u'], 300),
        new Map([
          ['t', 7],
          ['s', 3],
        ]),
      );
      deepEqual(await records.subjectIndexes('customer', 300), [0, 255]);
      deepEqual(await records.keyIndexes(['j', 'k'], 300), new Map([['k', 3]]));
      deepEqual(plain(await records.personal(2)), hashOf('sealed'));
      deepEqual(await records.indexedPositions(), { streams: 4, subjects: 2, keys: 1 });
    };
    {
      await using records = await opened(place);
      await records.commit(commit);
      await holds(records);
    }
    await using again = await opened(place, ORIGIN, noCheckpoint);
    await holds(again);
  },

  'keeps the checkpoint until another one comes, and the seal of the last commit': async (place) => {
    const head = async (records: LogRecords): Promise<unknown[]> => {
      const { size, checkpoint, seal } = await records.head();
      return [size, checkpoint, plain(seal)];
    };
    {
      await using records = await opened(place);
      await records.commit(commitOf(0, 1));
      deepEqual(await head(records), [1, FIRST, hashOf('seal 1')]);
      await records.commit(commitOf(1, 2, { checkpoint: 'second' }));
      await records.commit(commitOf(3, 1));
      deepEqual(await head(records), [4, 'second', hashOf('seal 4')]);
      await records.keepCheckpoint('third');
      deepEqual(await head(records), [4, 'third', hashOf('seal 4')]);
    }
    await using again = await opened(place);
    deepEqual(await head(again), [4, 'third', hashOf('seal 4')]);
  },

  'replaces a tile that has grown': async (place) => {
    await using records = await opened(place);
    const tile = (hashes: Uint8Array): object => ({ tiles: [{ level: 1, index: 0, hashes }] });
    await records.commit(commitOf(0, 1, tile(hashOf('one'))));
    const grown = new Uint8Array([...hashOf('one'), ...hashOf('two')]);
    await records.commit(commitOf(1, 1, tile(grown)));
    deepEqual(plain(await records.tile(1, 0)), grown);
  },

  'leaves nothing behind of a commit that fails, and goes on': async (place) => {
    await using records = await opened(place);
    await records.commit(commitOf(0, 2, { keys: { taken: 1 }, tiles: [tileOf('before')] }));
    const parts = {
      streams: { s: { firstVersion: 1, indexes: [2] } },
      tiles: [tileOf('after')],
      checkpoint: 'new',
    };
    // The key is the last thing of many that a store writes, and is there already.
    const failing = commitOf(2, 3, { ...parts, keys: { fresh: 2, taken: 3 } });
    await refused(() => records.commit(failing));
    await refused(() => records.commit(commitOf(0, 2)));
    equal(records.usable, true);
    deepEqual(await records.head(), { size: 2, checkpoint: FIRST, seal: (await records.head()).seal });
    deepEqual(await records.entries(2, 5), []);
    deepEqual(await records.keyIndexes(['fresh', 'taken'], 9), new Map([['taken', 1]]));
    deepEqual(await records.streamSegments('s', 9), []);
    deepEqual(plain(await records.tile(1, 0)), hashOf('before'));
    await records.commit(commitOf(2, 3, { ...parts, keys: { fresh: 2 } }));
    equal((await records.head()).size, 5);
    deepEqual(await records.keyIndexes(['fresh'], 9), new Map([['fresh', 2]]));
  },

  'never shows half of a commit to who reads meanwhile': async (place) => {
    await using records = await opened(place);
    const committing = records.commit(commitOf(0, 500));
    const [before, entries, after] = await Promise.all([
      Promise.resolve(records.head()),
      Promise.resolve(records.entries(0, 500)),
      Promise.resolve(records.head()),
    ]);
    await committing;
    ok([0, 500].includes(before.size) && [0, 500].includes(entries.length) && [0, 500].includes(after.size));
    equal((await records.head()).size, 500);
  },

  'deletes the first entries and nothing else': async (place) => {
    const found = async (records: LogRecords): Promise<unknown[]> => [
      await records.firstIndex(),
      await records.firstPersonalIndex(),
      (await records.entries(0, 9)).map(({ index }) => index),
      (await records.head()).size,
      await records.streamVersions(['s'], 9),
      plain(await records.tile(1, 0)),
    ];
    {
      const store = await place.open();
      const records = await store.open('example.com/other', () => FIRST);
      await records.commit(commitOf(0, 2));
      const pruned = await store.open(ORIGIN, () => FIRST);
      deepEqual([await pruned.firstIndex(), await pruned.firstPersonalIndex()], [0, undefined]);
      const parts = { streams: { s: { firstVersion: 1, indexes: [0, 1] } }, tiles: [tileOf('tile')] };
      const personal = [3, 2].map((index) => ({ index, subject: 'c', sealed: hashOf('sealed') }));
      await pruned.commit(commitOf(0, 4, { ...parts, personal }));
      await pruned.deleteEntries(2);
      equal((await records.entries(0, 9)).length, 2);
      await records.close();
      await pruned.close();
      await store.close();
    }
    await using again = await opened(place);
    const rest = [2, [2, 3], 4, new Map([['s', 2]]), hashOf('tile')];
    deepEqual(await found(again), [2, ...rest]);
    await again.deleteEntries(2);
    deepEqual(await found(again), [2, ...rest]);
    await again.commit(commitOf(4, 1));
    deepEqual(
      (await again.entries(0, 9)).map(({ index }) => index),
      [2, 3, 4],
    );
  },

  'takes a commit of 10,000 entries, and one of 24 MiB': async (place) => {
    const keys = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key ${index}`, index]));
    {
      await using records = await opened(place);
      const indexes = Array.from({ length: 10_000 }, (_, index) => index);
      const streams = { s: { firstVersion: 1, indexes } };
      await records.commit(commitOf(0, 10_000, { keys, streams, subjects: { c: indexes } }));
      await records.commit(commitOf(10_000, 24, { entryBytes: 1_048_576, keys: { last: 10_001 } }));
    }
    await using again = await opened(place);
    equal((await again.head()).size, 10_024);
    deepEqual(await again.streamVersions(['s'], 10_024), new Map([['s', 10_000]]));
    equal((await again.keyIndexes(Object.keys(keys), 10_024)).size, 10_000);
    deepEqual(await again.keyIndexes(['last'], 10_024), new Map([['last', 10_001]]));
    const [entry] = await again.entries(9_999, 10_000);
    deepEqual(plain(entry?.leafHash), hashOf('leaf 9999'));
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

function tileOf(text: string): { level: number; index: number; hashes: Uint8Array } {
  return { level: 1, index: 0, hashes: hashOf(text) };
}
