import type { LogEntry } from '../event/entry.ts';
import type { LogRecords } from '../store/log-records.ts';
import type { CheckProblems } from './check-problems.ts';
import { storedBefore } from './position-index.ts';

/** How many positions each index holds. */
export type IndexedPositions = Awaited<ReturnType<LogRecords['indexedPositions']>>;

/** Compares the stored indexes of streams, subjects and keys with the entries that they are about. */
export class IndexCheck {
  readonly #records: LogRecords;
  readonly #problems: CheckProblems;
  /** The first entry that was not pruned: of those before it there is nothing to compare with. */
  readonly #first: number;
  readonly #streams = new Map<string, number[]>();
  readonly #versions = new Map<string, number>();
  readonly #subjects = new Map<string, number[]>();
  readonly #keys = new Map<string, number>();

  constructor(records: LogRecords, problems: CheckProblems, first: number) {
    this.#records = records;
    this.#problems = problems;
    this.#first = first;
  }

  /** @param isGapless whether every entry before this one could be read */
  take({ index, stream, streamVersion, subject, idempotencyKey }: LogEntry, isGapless: boolean): void {
    appendTo(this.#streams, stream, index);
    const before = this.#versions.get(stream) ?? (this.#first === 0 ? 0 : streamVersion - 1);
    if (streamVersion !== before + 1 && isGapless) {
      this.#problems.report('stream', index, `version ${streamVersion} stands where ${before + 1} belongs`);
    }
    this.#versions.set(stream, streamVersion);
    if (subject !== undefined) appendTo(this.#subjects, subject, index);
    if (idempotencyKey === undefined) return;
    if (this.#keys.has(idempotencyKey)) {
      this.#problems.report('key', index, 'an earlier entry has the same idempotency key');
    }
    this.#keys.set(idempotencyKey, index);
  }

  /** Compares everything, once all entries of a log of `size` were taken. */
  async compare(size: number, indexed: IndexedPositions | undefined): Promise<void> {
    const before = storedBefore(size);
    this.#compareCounts(before, indexed);
    for (const [stream, indexes] of this.#streams) {
      const segments = await this.#problems.attempt('stream', undefined, () =>
        this.#records.streamSegments(stream, before),
      );
      this.#compare(
        'stream',
        stream,
        segments?.flatMap((segment) => segment.indexes),
        indexes,
        before,
      );
    }
    for (const [subject, indexes] of this.#subjects) {
      const found = await this.#problems.attempt('subject', undefined, () =>
        this.#records.subjectIndexes(subject, before),
      );
      this.#compare('subject', subject, found, indexes, before);
    }
    for (const [key, index] of this.#keys) {
      const found = await this.#problems.attempt('key', undefined, () =>
        this.#records.keyIndexes([key], before),
      );
      this.#compare('key', key, found && [...found.values()], [index], before);
    }
  }

  #compareCounts(before: number, indexed: IndexedPositions | undefined): void {
    if (indexed === undefined || this.#first > 0) return;
    const stored = (indexes: Iterable<number>): number =>
      [...indexes].filter((index) => index < before).length;
    const subjects = [...this.#subjects.values()].reduce((sum, indexes) => sum + stored(indexes), 0);
    const isEqual =
      indexed.streams === before &&
      indexed.subjects === subjects &&
      indexed.keys === stored(this.#keys.values());
    if (isEqual) return;
    this.#problems.report(
      'stream',
      undefined,
      'the indexes hold another number of positions than there are entries',
    );
  }

  #compare(
    check: 'stream' | 'subject' | 'key',
    name: string,
    stored: readonly number[] | undefined,
    actual: readonly number[],
    before: number,
  ): void {
    if (stored === undefined) return;
    const expected = actual.filter((index) => index < before);
    if (stored.filter((index) => index >= this.#first).join() === expected.join()) return;
    this.#problems.report(check, undefined, `the index of ${check} ${JSON.stringify(name)} is wrong`);
  }
}

function appendTo(lists: Map<string, number[]>, name: string, index: number): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [index]);
  else list.push(index);
}
