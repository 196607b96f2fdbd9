import type { StreamSegment } from '../store/log-store.ts';

interface GrowingSegment {
  readonly firstVersion: number;
  readonly indexes: number[];
}

/** Where the entries of a stretch of the log stand, by stream and by subject. */
export class Positions {
  readonly #streams = new Map<string, GrowingSegment>();
  readonly #subjects = new Map<string, number[]>();

  get streams(): ReadonlyMap<string, StreamSegment> {
    return this.#streams;
  }

  get subjects(): ReadonlyMap<string, readonly number[]> {
    return this.#subjects;
  }

  /** Adds an entry behind those that are there. */
  add(index: number, stream: string, streamVersion: number, subject: string | undefined): void {
    const segment = this.#streams.get(stream);
    if (segment === undefined) this.#streams.set(stream, { firstVersion: streamVersion, indexes: [index] });
    else segment.indexes.push(index);
    if (subject !== undefined) this.#addSubject(subject, index);
  }

  /** Adds the stretch that follows, from its entry `from` up to and without `to`. */
  addAll(following: Positions, from: number, to: number): void {
    for (const [stream, { firstVersion, indexes }] of following.#streams) {
      for (const [offset, index] of indexes.entries()) {
        if (index >= from && index < to) this.add(index, stream, firstVersion + offset, undefined);
      }
    }
    for (const [subject, indexes] of following.#subjects) {
      for (const index of indexes) if (index >= from && index < to) this.#addSubject(subject, index);
    }
  }

  /** Version of the last event of a stream here, `undefined` when there is none. */
  lastVersion(stream: string): number | undefined {
    const segment = this.#streams.get(stream);
    return segment === undefined ? undefined : segment.firstVersion + segment.indexes.length - 1;
  }

  #addSubject(subject: string, index: number): void {
    const indexes = this.#subjects.get(subject);
    if (indexes === undefined) this.#subjects.set(subject, [index]);
    else indexes.push(index);
  }
}
