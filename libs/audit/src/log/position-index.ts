import type { LogEntry } from '../event/entry.ts';
import { TILE_WIDTH } from '../merkle/tile.ts';
import type { LogStore, StreamSegment } from '../store/log-store.ts';
import { Positions } from './positions.ts';

/**
 * Finds entries by stream and subject. What stands behind the last full tile of leaves, at most 255 entries, is kept in
 * memory and is read again at opening anyway; the rest is stored tile by tile. So a single append writes one page and
 * not three, and the stored index has one row a stream and tile.
 */
export class PositionIndex {
  readonly #store: LogStore;
  #tail = new Positions();
  /** Entries that are indexed, in the store or in the tail. */
  #size: number;

  /** @param tail the entries behind the last full tile, in order; others before them are ignored */
  constructor(store: LogStore, size: number, tail: readonly LogEntry[]) {
    this.#store = store;
    this.#size = size;
    for (const { index, stream, streamVersion, subject } of tail) {
      if (index >= storedBefore(size)) this.#tail.add(index, stream, streamVersion, subject);
    }
  }

  /** Events in a stream. */
  streamVersion(stream: string): number {
    return this.#tail.lastVersion(stream) ?? this.#store.streamVersion(stream, storedBefore(this.#size));
  }

  streamSegments(stream: string): readonly StreamSegment[] {
    const inTail = this.#tail.streams.get(stream);
    return [
      ...this.#store.streamSegments(stream, storedBefore(this.#size)),
      ...(inTail === undefined ? [] : [inTail]),
    ];
  }

  subjectIndexes(subject: string): readonly number[] {
    const stored = this.#store.subjectIndexes(subject, storedBefore(this.#size));
    return [...stored, ...(this.#tail.subjects.get(subject) ?? [])];
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
    if (boundary > storedBefore(this.#size)) this.#tail = new Positions();
    this.#tail.addAll(added, boundary, size);
    this.#size = size;
  }
}

const NOTHING = new Positions();

/** Entries of a log of `size` whose positions are stored. */
export function storedBefore(size: number): number {
  return size - (size % TILE_WIDTH);
}
