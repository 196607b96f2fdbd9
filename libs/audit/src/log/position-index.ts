import type { LogEntry } from '../event/entry.ts';
import { TILE_WIDTH } from '../merkle/tile.ts';
import type { LogRecords, StreamSegment } from '../store/log-records.ts';
import { Positions } from './positions.ts';

/** Streams whose versions are kept in memory, so that appending to them asks the store nothing. */
const KNOWN_STREAMS = 65_536;

/** What a group of entries has to know before it can be placed. */
export interface KnownPositions {
  /** Events in a stream. */
  version(stream: string): number;
  /** Position of the entry with an idempotency key. */
  indexOfKey(key: string): number | undefined;
}

/**
 * Finds entries by stream, subject and idempotency key. What stands behind the last full tile of leaves, at most 255
 * entries, is kept in memory and is read again at opening anyway; the rest is stored tile by tile. So a single append
 * writes one page and not three, and the stored index has one row a stream and tile.
 */
export class PositionIndex {
  readonly #records: LogRecords;
  readonly #versions = new Map<string, number>();
  #tail = new Positions();
  /** Entries that are indexed, in the store or in the tail. */
  #size: number;

  /** @param tail the entries behind the last full tile, in order; others before them are ignored */
  constructor(records: LogRecords, size: number, tail: readonly LogEntry[]) {
    this.#records = records;
    this.#size = size;
    for (const entry of tail) if (entry.index >= storedBefore(size)) this.#tail.add(entry);
  }

  /** Looks up what appending to these streams, under these keys, needs to know. */
  async know(streams: ReadonlySet<string>, keys: ReadonlySet<string>): Promise<KnownPositions> {
    const before = storedBefore(this.#size);
    const unknown = [...streams].filter((stream) => !this.#isKnown(stream));
    const versions = unknown.length === 0 ? NONE : await this.#records.streamVersions(unknown, before);
    const stored = keys.size === 0 ? NONE : await this.#records.keyIndexes([...keys], before);
    // What was in the tail when this began may have gone to the store meanwhile.
    if (before !== storedBefore(this.#size)) return this.know(streams, keys);
    for (const stream of unknown) this.#versions.set(stream, versions.get(stream) ?? 0);
    // Looked up before anything is forgotten.
    const known = new Map([...streams].map((stream) => [stream, this.#version(stream)]));
    if (this.#versions.size > KNOWN_STREAMS) this.#versions.clear();
    return {
      version: (stream) => known.get(stream) ?? 0,
      indexOfKey: (key) => this.#tail.keys.get(key) ?? stored.get(key),
    };
  }

  /** Events in a stream. */
  async streamVersion(stream: string): Promise<number> {
    return (await this.know(new Set([stream]), NOTHING_ASKED)).version(stream);
  }

  /** Position of the entry with an idempotency key. */
  async indexOfKey(key: string): Promise<number | undefined> {
    return (await this.know(NOTHING_ASKED, new Set([key]))).indexOfKey(key);
  }

  async streamSegments(stream: string): Promise<readonly StreamSegment[]> {
    const inTail = this.#tail.streams.get(stream);
    const stored = await this.#records.streamSegments(stream, storedBefore(this.#size));
    return inTail === undefined ? stored : [...stored, inTail];
  }

  async subjectIndexes(subject: string): Promise<readonly number[]> {
    const inTail = this.#tail.subjects.get(subject) ?? [];
    return [...(await this.#records.subjectIndexes(subject, storedBefore(this.#size))), ...inTail];
  }

  /** What is to be stored when the log grows by these entries to `size`: nothing, unless a tile becomes full. */
  toStore(added: Positions, size: number): Positions {
    const boundary = storedBefore(size);
    if (boundary === storedBefore(this.#size)) return NOTHING;
    const filled = new Positions();
    filled.addAll(this.#tail, 0, boundary);
    filled.addAll(added, 0, boundary);
    return filled;
  }

  /** Takes note that these entries, and what {@link toStore} gave for them, are durable. */
  adopt(added: Positions, size: number): void {
    const boundary = storedBefore(size);
    if (boundary > storedBefore(this.#size)) {
      this.#keepVersions(this.#tail);
      this.#keepVersions(added);
      this.#tail = new Positions();
    }
    this.#tail.addAll(added, boundary, size);
    this.#size = size;
  }

  #version(stream: string): number {
    return this.#tail.lastVersion(stream) ?? this.#versions.get(stream) ?? 0;
  }

  #isKnown(stream: string): boolean {
    return this.#tail.lastVersion(stream) !== undefined || this.#versions.has(stream);
  }

  #keepVersions(positions: Positions): void {
    for (const stream of positions.streams.keys()) {
      this.#versions.set(stream, positions.lastVersion(stream) ?? 0);
    }
  }
}

const NOTHING = new Positions();
const NOTHING_ASKED: ReadonlySet<string> = new Set();
const NONE: ReadonlyMap<string, number> = new Map();

/** Entries of a log of `size` whose positions are stored. */
export function storedBefore(size: number): number {
  return size - (size % TILE_WIDTH);
}
