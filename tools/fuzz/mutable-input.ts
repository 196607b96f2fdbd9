/** Bytes that grow and shrink up to a fixed capacity, in place: what does not fit is cut off. */
export class MutableInput {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** The content itself, not a copy: writing to it changes the input. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Becomes a copy of these bytes. */
  load(bytes: Uint8Array): void {
    this.#length = Math.min(bytes.length, this.#bytes.length);
    this.#bytes.set(bytes.subarray(0, this.#length));
  }

  truncate(length: number): void {
    this.#length = Math.min(length, this.#length);
  }

  delete(start: number, count: number): void {
    this.#bytes.copyWithin(start, start + count, this.#length);
    this.#length -= count;
  }

  insert(position: number, inserted: Uint8Array): void {
    const room = this.#bytes.length - this.#length;
    // A copy: the inserted bytes may be a part of this input.
    const part = inserted.slice(0, room);
    this.#bytes.copyWithin(position + part.length, position, this.#length);
    this.#bytes.set(part, position);
    this.#length += part.length;
  }

  overwrite(position: number, written: Uint8Array): void {
    const part = written.slice(0, this.#length - position);
    this.#bytes.set(part, position);
  }
}
