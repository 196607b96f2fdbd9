import { deepEqual, equal, ok } from 'node:assert/strict';
import { toHex } from '@bitcoin-enterprise/crypto-core';
import type { LogRecords, StoredEntry } from '../store/log-records.ts';
import { commitOf, hashOf, tileOf } from './sample-commit.ts';
import { FIRST_CHECKPOINT, noCheckpoint, ORIGIN, refused, type Requirements } from './store-place.ts';

/** Commits are atomic and durable. */
export const COMMIT_REQUIREMENTS: Requirements = {
  /** What a log acknowledges it has handed out proofs of: it must be there, to the byte, for as long as the store is. */
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
      deepEqual([size, checkpoint, seal], [300, 'signed \u2014 note\n', commit.seal]);
      deepEqual(linesOf(await records.entries(0, 300)), linesOf(commit.entries));
      deepEqual(await records.tile(0, 0), hashOf('full tile'));
      deepEqual(await records.tile(1, 0), hashOf('partial tile'));
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
      deepEqual(await records.personal(2), hashOf('sealed'));
      deepEqual(await records.indexedPositions(), { streams: 4, subjects: 2, keys: 1 });
    };
    const records = await place.records();
    await records.commit(commit);
    await holds(records);
    await place.close();
    await holds(await place.records(ORIGIN, noCheckpoint));
  },

  /** A commit mostly brings no note: the one before still stands, and the seal proves what came after it. */
  'keeps the checkpoint until another one comes, and the seal of the last commit': async (place) => {
    const records = await place.records();
    await records.commit(commitOf(0, 1));
    deepEqual(await records.head(), { size: 1, checkpoint: FIRST_CHECKPOINT, seal: hashOf('seal 1') });
    await records.commit(commitOf(1, 2, { checkpoint: 'second' }));
    await records.commit(commitOf(3, 1));
    deepEqual(await records.head(), { size: 4, checkpoint: 'second', seal: hashOf('seal 4') });
    await records.keepCheckpoint('third');
    deepEqual(await records.head(), { size: 4, checkpoint: 'third', seal: hashOf('seal 4') });
    await records.keepCheckpoint('fourth', hashOf('another seal'));
    const fourth = { size: 4, checkpoint: 'fourth', seal: hashOf('another seal') };
    deepEqual(await records.head(), fourth);
    await place.close();
    deepEqual(await (await place.records()).head(), fourth);
  },

  /** Tiles from level 1 up are stored while they grow: an old one would give another root than the signed one. */
  'replaces a tile that has grown': async (place) => {
    const records = await place.records();
    await records.commit(commitOf(0, 1, { tiles: [tileOf(hashOf('one'))] }));
    const grown = new Uint8Array([...hashOf('one'), ...hashOf('two')]);
    await records.commit(commitOf(1, 1, { tiles: [tileOf(grown)] }));
    deepEqual(await records.tile(1, 0), grown);
  },

  /** The callers of a group that failed were told so and try again: what stayed of it would be there twice. */
  'leaves nothing behind of a commit that fails, and goes on': async (place) => {
    const records = await place.records();
    const [before, after] = [hashOf('before'), hashOf('after')];
    await records.commit(commitOf(0, 2, { keys: { taken: 1 }, tiles: [tileOf(before)] }));
    const parts = {
      streams: { s: { firstVersion: 1, indexes: [2] } },
      tiles: [tileOf(after)],
      checkpoint: 'new',
    };
    // The key is the last thing of many that a store writes, and is there already.
    const failing = commitOf(2, 3, { ...parts, keys: { fresh: 2, taken: 3 } });
    await refused(() => records.commit(failing));
    await refused(() => records.commit(commitOf(0, 2)));
    equal(records.usable, true);
    deepEqual(await records.head(), { size: 2, checkpoint: FIRST_CHECKPOINT, seal: hashOf('seal 2') });
    deepEqual(await records.entries(2, 5), []);
    deepEqual(await records.keyIndexes(['fresh', 'taken'], 9), new Map([['taken', 1]]));
    deepEqual(await records.streamSegments('s', 9), []);
    deepEqual(await records.tile(1, 0), before);
    await records.commit(commitOf(2, 3, { ...parts, keys: { fresh: 2 } }));
    equal((await records.head()).size, 5);
    deepEqual(await records.keyIndexes(['fresh'], 9), new Map([['fresh', 2]]));
  },

  /** Readers do not wait for the commit that runs: what they see must be a state that some commit left. */
  'never shows half of a commit to who reads meanwhile': async (place) => {
    const records = await place.records();
    const committing = records.commit(commitOf(0, 500));
    const [before, entries, after] = await Promise.all([
      records.head(),
      records.entries(0, 500),
      records.head(),
    ]);
    await committing;
    ok([0, 500].includes(before.size), `a head of ${before.size} entries`);
    ok([0, 500].includes(entries.length), `${entries.length} entries`);
    ok([0, 500].includes(after.size), `a head of ${after.size} entries`);
    equal((await records.head()).size, 500);
  },
};

/** A line an entry: the assertion compares what differs line by line, and would take minutes over one a byte. */
function linesOf(entries: readonly StoredEntry[]): readonly string[] {
  return entries.map(({ index, leafHash, bytes }) => `${index} ${toHex(leafHash)} ${toHex(bytes)}`);
}
