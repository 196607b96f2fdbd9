import type { ByteSource } from './seal-stream.ts';

/** Reads given numbers of bytes from pieces of any lengths. Holds one piece and one array of its own. */
export class PieceReader implements AsyncDisposable {
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();
  #own: Uint8Array = new Uint8Array();
  #ended = false;

  constructor(source: ByteSource) {
    this.#pieces =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /**
   * The next `length` bytes, or what is left of them at the end of the source.
   *
   * @returns an array that is valid until the next call
   */
  async take(length: number): Promise<Uint8Array> {
    if (this.#rest.length === 0) await this.#next();
    if (this.#rest.length >= length) return this.#split(length);
    if (this.#own.length < length) this.#own = new Uint8Array(length);
    let filled = 0;
    while (filled < length && !(this.#rest.length === 0 && (await this.#next()))) {
      const part = this.#split(Math.min(length - filled, this.#rest.length));
      this.#own.set(part, filled);
      filled += part.length;
    }
    return this.#own.subarray(0, filled);
  }

  /** Tells a source that was not read to its end that no more is wanted. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#pieces.return?.();
  }

  /** Moves to the next piece that is not empty; true where there is none. */
  async #next(): Promise<boolean> {
    while (!this.#ended && this.#rest.length === 0) {
      const { done, value } = await this.#advance();
      if (done === true) this.#ended = true;
      else this.#rest = value;
    }
    return this.#rest.length === 0;
  }

  async #advance(): Promise<IteratorResult<Uint8Array, unknown>> {
    try {
      return await this.#pieces.next();
    } catch (error) {
      // An iterator that threw has ended itself and is not to be asked to return.
      this.#ended = true;
      throw error;
    }
  }

  #split(length: number): Uint8Array {
    const part = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return part;
  }
}
