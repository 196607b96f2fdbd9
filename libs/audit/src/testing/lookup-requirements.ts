import { deepEqual, equal } from 'node:assert/strict';
import { commitOf, hashOf, ODD_NAMES } from './sample-commit.ts';
import { refused, type Requirements } from './store-place.ts';

/** Everything is found under its name, position or subject, and nothing else is. */
export const LOOKUP_REQUIREMENTS: Requirements = {
  /** A bundle, a tile and a check read ranges, and go by the order in which they come. */
  'gives any range of entries, in order': async (place) => {
    const records = await place.records();
    await records.commit(commitOf(0, 7));
    await records.commit(commitOf(7, 13));
    const range = async (from: number, to: number): Promise<number[]> =>
      (await records.entries(from, to)).map(({ index }) => index);
    deepEqual(await range(5, 9), [5, 6, 7, 8]);
    deepEqual(await range(19, 30), [19]);
    deepEqual(await range(4, 4), []);
    deepEqual(await range(20, 21), []);
  },

  /** What a commit under way has stored may still be undone: a log asks only for what it knows to be durable. */
  'gives of streams, subjects and keys only what begins below the bound': async (place) => {
    const records = await place.records();
    const segment = (first: number): object => ({
      streams: { s: { firstVersion: first + 1, indexes: [first, first + 9] } },
      subjects: { c: [first, first + 9] },
      keys: { [`k${first}`]: first + 9 },
    });
    for (const first of [0, 10, 20]) await records.commit(commitOf(first, 10, segment(first)));
    const found = async (before: number): Promise<unknown[]> => [
      (await records.streamVersions(['s'], before)).get('s'),
      (await records.streamSegments('s', before)).map(({ firstVersion }) => firstVersion),
      await records.subjectIndexes('c', before),
      [...(await records.keyIndexes(['k0', 'k10', 'k20'], before)).keys()].sort(),
    ];
    deepEqual(await found(0), [undefined, [], [], []]);
    deepEqual(await found(1), [2, [1], [0, 9], []]);
    deepEqual(await found(10), [2, [1], [0, 9], ['k0']]);
    deepEqual(await found(20), [12, [1, 11], [0, 9, 10, 19], ['k0', 'k10']]);
    deepEqual(await found(30), [22, [1, 11, 21], [0, 9, 10, 19, 20, 29], ['k0', 'k10', 'k20']]);
  },

  /** Personal data is readable for as long as its key is: a key that is replaced loses it, one that stays betrays it. */
  'keeps the key of a subject once, and erases it with everything under it': async (place) => {
    const records = await place.records();
    const personal = [0, 1, 2].map((index) => ({
      index,
      subject: index === 1 ? 'other' : 'customer',
      sealed: hashOf(`sealed ${index}`),
    }));
    await records.commit(commitOf(0, 3, { personal }));
    await records.keepSubjectKey('customer', hashOf('key'));
    await records.keepSubjectKey('other', hashOf('other key'));
    await refused(() => records.keepSubjectKey('customer', hashOf('another')));
    deepEqual(await records.subjectKey('customer'), hashOf('key'));
    equal(await records.subjectKey('nobody'), undefined);
    await records.eraseSubject('customer');
    await records.eraseSubject('customer');
    await records.eraseSubject('nobody');
    await place.close();
    const again = await place.records();
    equal(await again.subjectKey('customer'), undefined);
    const left = [0, 1, 2].map(async (index) => again.personal(index));
    deepEqual(await Promise.all(left), [undefined, hashOf('sealed 1'), undefined]);
    deepEqual(await again.subjectKey('other'), hashOf('other key'));
    await again.keepSubjectKey('customer', hashOf('a new key'));
    deepEqual(await again.subjectKey('customer'), hashOf('a new key'));
  },

  /** Who may use one name must not come by the entries, keys or personal data of another one that a database confuses. */
  'tells every well-formed name from every other': async (place) => {
    const records = await place.records();
    const named = <T>(value: (position: number) => T): Record<string, T> =>
      Object.fromEntries(ODD_NAMES.map((odd, position) => [odd, value(position)]));
    const parts = {
      streams: named((position) => ({ firstVersion: position + 1, indexes: [position] })),
      subjects: named((position) => [position]),
      keys: named((position) => position),
      personal: ODD_NAMES.map((subject, index) => ({ index, subject, sealed: hashOf(subject) })),
    };
    await records.commit(commitOf(0, ODD_NAMES.length, parts));
    for (const odd of ODD_NAMES) await records.keepSubjectKey(odd, hashOf(odd));
    await place.close();
    const again = await place.records();
    const all = ODD_NAMES.map((odd, position) => [odd, position] as const);
    deepEqual(await again.keyIndexes(ODD_NAMES, 99), new Map(all));
    const versions = new Map(all.map(([odd, position]) => [odd, position + 1]));
    deepEqual(await again.streamVersions(ODD_NAMES, 99), versions);
    for (const [odd, position] of all) {
      const segment = { firstVersion: position + 1, indexes: [position] };
      deepEqual(await again.streamSegments(odd, 99), [segment], odd);
      deepEqual(await again.subjectIndexes(odd, 99), [position], odd);
      deepEqual(await again.subjectKey(odd), hashOf(odd), odd);
    }
    await again.eraseSubject('a');
    deepEqual(await again.personal(1), hashOf('A'));
  },

  /** A caller may ask for any text: a database that refuses it, or makes another text of it, must not be noticed. */
  'finds nothing under what is no name, and erases nothing': async (place) => {
    const records = await place.records();
    // What a lone surrogate turns into where text is encoded without a second look.
    const replaced = '\ufffd';
    await records.commit(
      commitOf(0, 1, {
        streams: { a: { firstVersion: 1, indexes: [0] }, [replaced]: { firstVersion: 1, indexes: [0] } },
        subjects: { [replaced]: [0] },
        keys: { [replaced]: 0 },
      }),
    );
    await records.keepSubjectKey(replaced, hashOf('key'));
    for (const nothing of ['', '\0', 'a\0', '\u0001', '\ud800', 'a\udc00']) {
      deepEqual(await records.streamSegments(nothing, 9), []);
      deepEqual(await records.streamVersions([nothing], 9), new Map());
      deepEqual(await records.subjectIndexes(nothing, 9), []);
      deepEqual(await records.keyIndexes([nothing], 9), new Map());
      equal(await records.subjectKey(nothing), undefined);
      await records.eraseSubject(nothing);
    }
    deepEqual(await records.subjectKey(replaced), hashOf('key'));
  },
};
