import { deepEqual, equal, rejects } from 'node:assert/strict';
import type { LogRecords } from '../src/index.ts';
import { commitOf, hashOf, ODD_NAMES } from './store-contract-sample.ts';
import {
  FIRST,
  noCheckpoint,
  opened,
  ORIGIN,
  plain,
  refused,
  type StoreRequirements,
} from './store-contract-place.ts';

/** Logs are made and opened one by one. */
export const LOG_REQUIREMENTS: StoreRequirements = {
  'makes a log with its first checkpoint, once': async (place) => {
    {
      await using records = await opened(place);
      deepEqual(await records.head(), { size: 0, checkpoint: FIRST, seal: undefined });
      equal(records.usable, true);
    }
    await using again = await opened(place, ORIGIN, noCheckpoint);
    deepEqual(await again.head(), { size: 0, checkpoint: FIRST, seal: undefined });
    deepEqual(await again.entries(0, 10), []);
    deepEqual(await again.indexedPositions(), { streams: 0, subjects: 0, keys: 0 });
  },

  'makes no log when its first checkpoint fails, and does not keep others from making it': async (place) => {
    const store = await place.open();
    await rejects(store.open(ORIGIN, noCheckpoint), /was there already/);
    await rejects(
      store.open(ORIGIN, () => Promise.reject(new Error('no signature'))),
      /no signature/,
    );
    deepEqual(await store.origins(), []);
    await (await store.open(ORIGIN, () => Promise.resolve(FIRST))).close();
    deepEqual(await store.origins(), [ORIGIN]);
    await store.close();
  },

  'keeps the logs in it apart, and tells them in the order in which they were made': async (place) => {
    const origins = ['example.com/b', 'example.com/a', 'example.com/c'];
    const store = await place.open();
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
      deepEqual(plain(await records.tile(0, 0)), hashOf(String(position)));
      deepEqual([plain(await records.personal(0)), plain(await records.subjectKey('c'))], [mark, mark]);
      deepEqual(await records.indexedPositions(), { streams: 1, subjects: 1, keys: 1 });
      await records.close();
    }
    await store.close();
  },

  'gives a log to one writer at a time': async (place) => {
    const store = await place.open();
    const calls = [store.open(ORIGIN, () => FIRST), store.open(ORIGIN, () => FIRST)];
    const outcomes = await Promise.allSettled(calls);
    deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await refused(() => store.open(ORIGIN, noCheckpoint), 'log-locked');
    await refused(() => opened(place), 'log-locked');
    await records(outcomes).close();
    const again = await store.open(ORIGIN, noCheckpoint);
    await again.commit(commitOf(0, 1));
    await again.close();
    await store.close();
    await using elsewhere = await opened(place);
    equal((await elsewhere.head()).size, 1);
  },

  'makes logs of every well-formed name': async (place) => {
    const store = await place.open();
    for (const odd of ODD_NAMES) await (await store.open(odd, () => odd)).close();
    deepEqual(await store.origins(), ODD_NAMES);
    await store.close();
  },
};

function records(outcomes: readonly PromiseSettledResult<LogRecords>[]): LogRecords {
  const opened = outcomes.find((outcome) => outcome.status === 'fulfilled');
  if (opened === undefined) throw new Error('nobody was given the log');
  return opened.value;
}
