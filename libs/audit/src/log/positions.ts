import type { StreamSegment } from '../store/log-records.ts';

interface GrowingSegment {
  readonly firstVersion: number;
  readonly indexes: number[];
}

/** An entry as far as it is found by. */
export interface Position {
  readonly index: number;
  readonly stream: string;
  readonly streamVersion: number;
  readonly subject?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** Where the entries of a stretch of the log stand, by stream, by subject and by idempotency key. */
export class Positions {
  readonly #streams = new Map<string, GrowingSegment>();
  readonly #subjects = new Map<string, number[]>();
  readonly #keys = new Map<string, number>();

  get streams(): ReadonlyMap<string, StreamSegment> {
    return this.#streams;
  }

  get subjects(): ReadonlyMap<string, readonly number[]> {
    return this.#subjects;
  }

  get keys(): ReadonlyMap<string, number> {
    return this.#keys;
  }

  /** Adds an entry behind those that are there. */
  add({ index, stream, streamVersion, subject, idempotencyKey }: Position): void {
    this.#addToStream(stream, streamVersion, index);
    if (subject !== undefined) this.#addToSubject(subject, index);
    if (idempotencyKey !== undefined) this.#keys.set(idempotencyKey, index);
  }

  /** Adds the stretch that follows, from its entry `from` up to and without `to`. */
  addAll(following: Positions, from: number, to: number): void {
    for (const [stream, { firstVersion, indexes }] of following.#streams) {
      for (const [offset, index] of indexes.entries()) {
        if (index >= from && index < to) this.#addToStream(stream, firstVersion + offset, index);
      }
    }
    for (const [subject, indexes] of following.#subjects) {
      for (const index of indexes) if (index >= from && index < to) this.#addToSubject(subject, index);
    }
    for (const [key, index] of following.#keys) if (index >= from && index < to) this.#keys.set(key, index);
  }

  /** Version of the last event of a stream here, `undefined` when there is none. */
  lastVersion(stream: string): number | undefined {
    const segment = this.#streams.get(stream);
    return segment === undefined ? undefined : segment.firstVersion + segment.indexes.length - 1;
  }

  #addToStream(stream: string, version: number, index: number): void {
    const segment = this.#streams.get(stream);
    if (segment === undefined) this.#streams.set(stream, { firstVersion: version, indexes: [index] });
    else segment.indexes.push(index);
  }

  #addToSubject(subject: string, index: number): void {
    const indexes = this.#subjects.get(subject);
    if (indexes === undefined) this.#subjects.set(subject, [index]);
    else indexes.push(index);
  }
}
