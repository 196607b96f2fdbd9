import type { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import { NO_PREVIOUS, type LogEntry } from '../event/entry.ts';
import { isLogError } from '../log-error.ts';
import { MerkleTree } from '../merkle/merkle-tree.ts';
import type { Tile } from '../merkle/tile.ts';
import type { LogStore } from '../store/log-store.ts';
import { storedBefore } from './position-index.ts';
import { readEntries, recover } from './recovery.ts';

/** What is wrong with a stored log. */
export interface CheckProblem {
  readonly check: 'entry' | 'chain' | 'stream' | 'time' | 'tile' | 'subject' | 'checkpoint';
  /** Position of the entry concerned, where there is one. */
  readonly index?: number;
  readonly detail: string;
}

/** The result of reading a whole log. */
export interface CheckReport {
  readonly ok: boolean;
  /** Entries read. */
  readonly entries: number;
  /** At most 100, the first ones. */
  readonly problems: readonly CheckProblem[];
}

const MAX_PROBLEMS = 100;
const ENTRIES_PER_TURN = 512;

/** Reads a whole log and recomputes everything that is derived: chain, tree, tiles, streams, subjects, checkpoint. */
export async function checkLog(
  store: LogStore,
  issuer: CheckpointIssuer,
  origin: string,
): Promise<CheckReport> {
  const check = new LogCheck(store, origin);
  const size = check.attempt('checkpoint', undefined, () => store.size()) ?? 0;
  for (let index = 0; index < size; index += 1) {
    check.entry(index);
    // Long work gives way to the rest of the process.
    if (index % ENTRIES_PER_TURN === ENTRIES_PER_TURN - 1) await new Promise(setImmediate);
  }
  check.streamsAndSubjects(size);
  check.attempt('checkpoint', undefined, () => recover(store, issuer, origin));
  return { ok: check.problems.length === 0, entries: size, problems: check.problems };
}

class LogCheck {
  readonly problems: CheckProblem[] = [];
  readonly #store: LogStore;
  readonly #origin: string;
  readonly #tree = new MerkleTree();
  readonly #streams = new Map<string, number[]>();
  readonly #subjects = new Map<string, number[]>();
  #before: LogEntry | undefined;

  constructor(store: LogStore, origin: string) {
    this.#store = store;
    this.#origin = origin;
  }

  entry(index: number): void {
    const read = this.attempt('entry', index, () => readEntries(this.#store, index, index + 1, this.#origin));
    const entry = read?.[0];
    if (entry !== undefined) {
      this.#continues(entry);
      this.#file(entry);
    }
    this.#before = entry;
    // An unreadable entry leaves the tree without its leaf, and its stream without its event: what is derived from the
    // entries behind it is then not comparable, and no neighbour is charged with the damage.
    if (entry === undefined || this.#tree.size !== index) return;
    this.#tree.append(entry.leafHash);
    for (const tile of this.#tree.changedTiles()) this.#tile(tile, index);
  }

  streamsAndSubjects(size: number): void {
    if (this.#tree.size !== size) return;
    const indexed = this.attempt('stream', undefined, () => this.#store.indexedPositions());
    const boundary = storedBefore(size);
    const stored = (indexes: readonly number[]): number[] => indexes.filter((index) => index < boundary);
    const subjects = [...this.#subjects.values()].reduce((sum, indexes) => sum + stored(indexes).length, 0);
    if (indexed !== undefined && (indexed.streams !== boundary || indexed.subjects !== subjects)) {
      this.#report(
        'stream',
        undefined,
        'the indexes hold another number of positions than there are entries',
      );
    }
    for (const [stream, indexes] of this.#streams) {
      const segments = this.attempt('stream', undefined, () => this.#store.streamSegments(stream, size));
      this.#compare(
        'stream',
        stream,
        segments?.flatMap((segment) => segment.indexes),
        stored(indexes),
      );
    }
    for (const [subject, indexes] of this.#subjects) {
      const found = this.attempt('subject', undefined, () => this.#store.subjectIndexes(subject, size));
      this.#compare('subject', subject, found, stored(indexes));
    }
  }

  attempt<T>(check: CheckProblem['check'], index: number | undefined, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!isLogError(error)) throw error;
      this.#report(check, index, error.message);
      return undefined;
    }
  }

  #continues(entry: LogEntry): void {
    const before = this.#before;
    if (before === undefined && entry.index > 0) return;
    if (Buffer.compare(entry.previous, before?.leafHash ?? NO_PREVIOUS) !== 0) {
      this.#report('chain', entry.index, 'the entry does not continue the one before');
    }
    if (before !== undefined && entry.time < before.time) {
      this.#report('time', entry.index, 'the entry is earlier than the one before');
    }
  }

  #file(entry: LogEntry): void {
    const version = appendTo(this.#streams, entry.stream, entry.index);
    if (entry.streamVersion !== version && this.#tree.size === entry.index) {
      this.#report('stream', entry.index, `version ${entry.streamVersion} stands where ${version} belongs`);
    }
    if (entry.subject !== undefined) appendTo(this.#subjects, entry.subject, entry.index);
  }

  #tile(tile: Tile, index: number): void {
    const stored = this.attempt('tile', index, () => this.#store.tile(tile.level, tile.index));
    // A stored partial tile has grown since; what this state of the tree knows must be its beginning.
    if (stored === undefined || Buffer.compare(stored.subarray(0, tile.hashes.length), tile.hashes) !== 0) {
      this.#report('tile', index, `tile ${tile.level}/${tile.index} is missing or wrong`);
    }
  }

  #compare(
    check: 'stream' | 'subject',
    name: string,
    stored: readonly number[] | undefined,
    actual: readonly number[],
  ): void {
    if (stored === undefined || stored.join() === actual.join()) return;
    this.#report(check, undefined, `the index of ${check} ${JSON.stringify(name)} is wrong`);
  }

  #report(check: CheckProblem['check'], index: number | undefined, detail: string): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    this.problems.push({ check, detail, ...(index === undefined ? {} : { index }) });
  }
}

function appendTo(lists: Map<string, number[]>, name: string, index: number): number {
  const list = lists.get(name);
  if (list !== undefined) return list.push(index);
  lists.set(name, [index]);
  return 1;
}
