import { deepEqual, equal, rejects } from 'node:assert/strict';
import type { LogRecords } from '../store/log-records.ts';
import { commitOf, hashOf, ODD_NAMES } from './sample-commit.ts';
import { FIRST_CHECKPOINT, noCheckpoint, ORIGIN, refused, type Requirements } from './store-place.ts';

/** Logs are made and opened one by one. */
export const LOG_REQUIREMENTS: Requirements = {
  /** A log is never without a signed note, so that what is stored can always be told from what somebody put there. */
  'makes a log with its first checkpoint, once': async (place) => {
    const records = await place.records();
    deepEqual(await records.head(), { size: 0, checkpoint: FIRST_CHECKPOINT, seal: undefined });
    equal(records.usable, true);
    await place.close();
    const again = await place.records(ORIGIN, noCheckpoint);
    deepEqual(await again.head(), { size: 0, checkpoint: FIRST_CHECKPOINT, seal: undefined });
    deepEqual(await again.entries(0, 10), []);
    deepEqual(await again.indexedPositions(), { streams: 0, subjects: 0, keys: 0 });
  },

  /** The key may be a token that fails: half a log would be refused as corrupt ever after. */
  'makes no log when its first checkpoint fails, and does not keep others from making it': async (place) => {
    const store = await place.store();
    await rejects(store.open(ORIGIN, noCheckpoint), /asked for its first checkpoint/);
    await rejects(
      store.open(ORIGIN, () => Promise.reject(new Error('no signature'))),
      /no signature/,
    );
    deepEqual(await store.origins(), []);
    await (await store.open(ORIGIN, () => Promise.resolve(FIRST_CHECKPOINT))).close();
    deepEqual(await store.origins(), [ORIGIN]);
  },

  /** The logs of several companies may share a store: none may show up in another one, nor be erased with it. */
  'keeps the logs in it apart, and tells them in the order in which they were made': async (place) => {
    const origins = ['example.com/b', 'example.com/a', 'example.com/c'];
    const store = await place.store();
    const logs: LogRecords[] = [];
    for (const origin of origins) logs.push(await store.open(origin, () => `checkpoint of ${origin}`));
    for (const [position, records] of logs.entries()) {
      const mark = hashOf(String(position));
      await records.commit(
        commitOf(0, position + 1, {
          streams: { s: { firstVersion: position + 1, indexes: [0] } },
          subjects: { c: [0] },
          keys: { k: 0 },
          tiles: [{ level: 0, index: 0, hashes: mark }],
          personal: [{ index: 0, subject: 'c', sealed: mark }],
        }),
      );
      await records.keepSubjectKey('c', mark);
    }
    deepEqual(await store.origins(), origins);
    await logs[1]?.eraseSubject('c');
    for (const [position, records] of logs.entries()) {
      const mark = position === 1 ? undefined : hashOf(String(position));
      const { size, checkpoint } = await records.head();
      deepEqual([size, checkpoint], [position + 1, `checkpoint of ${origins[position] ?? ''}`]);
      deepEqual(await records.streamVersions(['s'], 9), new Map([['s', position + 1]]));
      deepEqual(await records.tile(0, 0), hashOf(String(position)));
      deepEqual([await records.personal(0), await records.subjectKey('c')], [mark, mark]);
      deepEqual(await records.indexedPositions(), { streams: 1, subjects: 1, keys: 1 });
      await records.close();
    }
  },

  /** Two writers of one log sign two different entries under one position: a fork, which no signature can heal. */
  'gives a log to one writer at a time': async (place) => {
    const store = await place.store();
    const calls = [store.open(ORIGIN, () => FIRST_CHECKPOINT), store.open(ORIGIN, () => FIRST_CHECKPOINT)];
    const outcomes = await Promise.allSettled(calls);
    deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await refused(() => store.open(ORIGIN, noCheckpoint), 'log-locked');
    await refused(() => place.records(), 'log-locked');
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.close();
    const again = await store.open(ORIGIN, noCheckpoint);
    await again.commit(commitOf(0, 1));
    await again.close();
    await store.close();
    const elsewhere = await place.records();
    equal((await elsewhere.head()).size, 1);
  },

  /** Which names a log may have is decided before it reaches the store, which takes every text that is well formed. */
  'makes logs of every well-formed name': async (place) => {
    const store = await place.store();
    for (const odd of ODD_NAMES) await (await store.open(odd, () => odd)).close();
    deepEqual(await store.origins(), ODD_NAMES);
  },
};
