import { AssertionError } from 'node:assert';
import { existsSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openSqliteStore, type LogStore } from '../src/index.ts';
import { storeContract, type StorePlace } from '../src/testing.ts';
import { hashOf } from '../src/testing/sample-commit.ts';
import { temporaryFolder, temporaryPath } from './temporary-log.ts';
import {
  commitsInTwo,
  forgetfulPlace,
  halfCommits,
  placeOfWrongRecords,
  sharedPlace,
  wrongStore,
} from './wrong-store.ts';

const MAKES_ONCE = 'makes a log with its first checkpoint, once';
const MAKES_NONE = 'makes no log when its first checkpoint fails, and does not keep others from making it';
const APART = 'keeps the logs in it apart, and tells them in the order in which they were made';
const ONE_WRITER = 'gives a log to one writer at a time';
const EVERY_NAME = 'makes logs of every well-formed name';
const GIVES_BACK = 'gives back what a commit stored, at once and after it was opened again';
const CHECKPOINT = 'keeps the checkpoint until another one comes, and the seal of the last commit';
const TILE = 'replaces a tile that has grown';
const ALL_OR_NOTHING = 'leaves nothing behind of a commit that fails, and goes on';
const HALF = 'never shows half of a commit to who reads meanwhile';
const DELETES = 'deletes the first entries and nothing else';
const LARGE = 'takes a commit of 10,000 entries, and one of 24 MiB';
const RANGE = 'gives any range of entries, in order';
const BOUND = 'gives of streams, subjects and keys only what begins below the bound';
const ERASES = 'keeps the key of a subject once, and erases it with everything under it';
const NAMES = 'tells every well-formed name from every other';
const NO_NAME = 'finds nothing under what is no name, and erases nothing';

const TOO_LONG = new Error('the statement is too long');

/** A real store, with one thing wrong, and requirements that it then breaks. */
const WRONG: readonly [what: string, newPlace: () => StorePlace, broken: readonly string[]][] = [
  [
    'acknowledges commits and forgets them when it is closed',
    forgetfulPlace,
    [GIVES_BACK, CHECKPOINT, ONE_WRITER, DELETES, LARGE, ERASES, NAMES],
  ],
  ['lets two writers in', sharedPlace, [ONE_WRITER]],
  ['keeps the entries of a commit that it refused', () => placeOfWrongRecords(halfCommits), [ALL_OR_NOTHING]],
  ['stores a commit in two halves', () => placeOfWrongRecords(commitsInTwo), [HALF]],
  [
    'makes the log before it has its first checkpoint',
    () =>
      sqlite((store) => ({
        open: async (origin, firstCheckpoint) => {
          const records = await store.open(origin, () => 'unsigned');
          await records.keepCheckpoint(await firstCheckpoint());
          return records;
        },
      })),
    [MAKES_ONCE, MAKES_NONE],
  ],
  [
    'tells the logs in the order of their names',
    () => sqlite((store) => ({ origins: async () => [...(await store.origins())].sort() })),
    [APART, EVERY_NAME],
  ],
  [
    'takes names for the same that differ in case only',
    () => sqlite((store) => ({ open: (origin, first) => store.open(origin.toLowerCase(), first) })),
    [EVERY_NAME],
  ],
  [
    'keeps the first form of a tile',
    () => {
      const seen = new Set<string>();
      return placeOfWrongRecords((records) => ({
        commit: (commit) => {
          const tiles = commit.tiles.filter(({ level, index }) => !seen.has(`${level}/${index}`));
          for (const { level, index } of tiles) seen.add(`${level}/${index}`);
          return records.commit({ ...commit, tiles });
        },
      }));
    },
    [TILE],
  ],
  [
    'forgets the checkpoint in a commit that brings none',
    () =>
      placeOfWrongRecords((records) => ({
        commit: (commit) => records.commit({ ...commit, checkpoint: commit.checkpoint ?? '' }),
      })),
    [CHECKPOINT],
  ],
  [
    'deletes one entry too many',
    () =>
      placeOfWrongRecords((records) => ({ deleteEntries: (before) => records.deleteEntries(before + 1) })),
    [DELETES],
  ],
  [
    'takes no commit of more than 4 MiB',
    () =>
      placeOfWrongRecords((records) => ({
        commit: (commit) => {
          if (commit.entries.reduce((sum, { bytes }) => sum + bytes.length, 0) > 4_194_304) throw TOO_LONG;
          return records.commit(commit);
        },
      })),
    [LARGE],
  ],
  [
    'gives entries in the other order',
    () =>
      placeOfWrongRecords((records) => ({
        entries: async (from, to) => [...(await records.entries(from, to))].reverse(),
      })),
    [RANGE, GIVES_BACK],
  ],
  [
    'does not heed the bound of a lookup',
    () =>
      placeOfWrongRecords((records) => ({
        streamVersions: (streams) => records.streamVersions(streams, 1e6),
      })),
    [BOUND],
  ],
  [
    'erases the key of a subject and leaves what is sealed under it',
    () => {
      const erased = new Set<string>();
      return placeOfWrongRecords((records) => ({
        eraseSubject: (subject) => void erased.add(subject),
        subjectKey: (subject) => (erased.has(subject) ? undefined : records.subjectKey(subject)),
      }));
    },
    [ERASES, APART],
  ],
  [
    'finds a subject under a name that is canonically equivalent',
    () =>
      placeOfWrongRecords((records) => ({
        subjectIndexes: (subject, before) => records.subjectIndexes(subject.normalize('NFC'), before),
      })),
    [NAMES],
  ],
  [
    'replaces what is no text before it looks for it',
    () =>
      placeOfWrongRecords((records) => ({
        subjectKey: (subject) => records.subjectKey(subject.toWellFormed()),
      })),
    [NO_NAME],
  ],
];

describe('the contract of a store', () => {
  it.each(WRONG)('is broken by one that %s', async (_, newPlace, broken) => {
    const requirements = storeContract(newPlace).filter(({ name }) => broken.includes(name));
    expect(requirements).toHaveLength(broken.length);
    for (const { name, run } of requirements) {
      const failure = await run().then(
        () => 'nothing',
        (error: unknown) => error,
      );
      // Not an accident of the wrong store: it is the requirement that says no, or the store's own refusal.
      expect(failure instanceof AssertionError || failure === TOO_LONG, `${name}: ${String(failure)}`).toBe(
        true,
      );
    }
  });

  it('has no requirement that every wrong store meets', () => {
    const broken = new Set(WRONG.flatMap(([, , names]) => names));
    expect(
      storeContract(sharedPlace)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...broken].sort());
  });

  it('says what was expected and what the store gave', async () => {
    const [run] = runs(() => placeOfWrongRecords(() => ({ tile: () => undefined })), TILE);
    const expected = new Uint8Array([...hashOf('one'), ...hashOf('two')]);
    const failure = await run?.().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AssertionError);
    expect(failure).toMatchObject({ actual: undefined, expected });
  });

  it('needs a new place for every check, and removes it when all is closed, also after a failure', async () => {
    const folders: string[] = [];
    const open = new Set<LogStore>();
    const newPlace = (wrong: boolean) => (): StorePlace => {
      const folder = temporaryFolder();
      folders.push(folder);
      return {
        open: () =>
          wrongStore(openSqliteStore(`${folder}/log`), (store) => {
            open.add(store);
            return {
              origins: () => (wrong ? ['no such log'] : store.origins()),
              close: async () => {
                await store.close();
                open.delete(store);
              },
            };
          }),
        remove: () => {
          expect(open.size).toBe(0);
          rmSync(folder, { recursive: true });
        },
      };
    };
    const [right] = runs(newPlace(false), MAKES_NONE);
    await Promise.all([right?.(), right?.()]);
    const [wrong] = runs(newPlace(true), MAKES_NONE);
    await expect(wrong?.()).rejects.toThrow(AssertionError);
    expect(folders).toHaveLength(3);
    expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
  });

  it('counts a failure to close, and names the broken requirement rather than it', async () => {
    const failing = (): StorePlace =>
      sqlite((store) => ({
        close: async () => {
          await store.close();
          throw new Error('cannot close');
        },
      }));
    const [closes] = runs(failing, TILE);
    await expect(closes?.()).rejects.toThrow('cannot close');
    const [apart] = runs(failing, LARGE);
    await expect(apart?.()).rejects.toThrow('cannot close');
  });
});

function sqlite(wrongly: (store: LogStore) => Partial<LogStore>): StorePlace {
  const path = temporaryPath();
  return { open: () => wrongStore(openSqliteStore(path), wrongly) };
}

function runs(newPlace: () => StorePlace, ...names: readonly string[]): (() => Promise<void>)[] {
  return storeContract(newPlace)
    .filter(({ name }) => names.includes(name))
    .map(({ run }) => run);
}
