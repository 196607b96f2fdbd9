import { equalBytesVartime } from '../transaction/equal-bytes.ts';
import { HEADER_BYTES } from './block-header.ts';

/** Headers of one chunk: a difficulty period, 161,280 bytes. */
const CHUNK_HEADERS = 2_016;
const PREVIOUS_HASH = 4;
const HASH_BYTES = 32;

/** Headers in a row, 80 bytes each and nothing beside them. */
export class HeaderStore {
  #chunks: Uint8Array[];
  #length: number;

  constructor(chunks: Uint8Array[] = [], length = 0) {
    this.#chunks = chunks;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  /** The 80 bytes at a position below `length`; a view that the next change may alter. */
  at(position: number): Uint8Array {
    const chunk = this.#chunks[Math.floor(position / CHUNK_HEADERS)];
    const start = (position % CHUNK_HEADERS) * HEADER_BYTES;
    if (chunk === undefined || position >= this.#length) throw new RangeError(`no header ${position}`);
    return chunk.subarray(start, start + HEADER_BYTES);
  }

  push(header: Uint8Array): void {
    const place = this.#length % CHUNK_HEADERS;
    if (place === 0) this.#chunks.push(new Uint8Array(CHUNK_HEADERS * HEADER_BYTES));
    this.#chunks.at(-1)?.set(header, place * HEADER_BYTES);
    this.#length += 1;
  }

  /** Forgets all from a position on. */
  truncate(length: number): void {
    this.#chunks = this.#chunks.slice(0, Math.ceil(length / CHUNK_HEADERS));
    this.#length = length;
    // Full chunks may be a copy's too, and what follows is written over this one.
    const last = this.#chunks.at(-1);
    if (last !== undefined && length % CHUNK_HEADERS !== 0)
      this.#chunks[this.#chunks.length - 1] = last.slice();
  }

  /** One of its own. Full chunks are shared, since nobody writes to them. */
  copy(): HeaderStore {
    const store = new HeaderStore([...this.#chunks], this.#length);
    store.truncate(this.#length);
    return store;
  }

  /**
   * The position of the header with that hash, looked for from the end; `undefined` when it is none of them, or the last
   * one. A header's hash is what the next one says of it, so that none is kept.
   *
   * @param hash - 32 bytes in the order of a header
   */
  positionBeforeLast(hash: Uint8Array): number | undefined {
    const wanted = new DataView(hash.buffer, hash.byteOffset, hash.length).getUint32(0);
    for (let index = this.#chunks.length - 1; index >= 0; index -= 1) {
      const chunk = this.#chunks[index] ?? new Uint8Array(0);
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
      const first = index * CHUNK_HEADERS;
      // The first four bytes tell nearly all of them apart, and a chain has a million headers.
      for (let place = Math.min(this.#length - first, CHUNK_HEADERS) - 1; place >= 0; place -= 1) {
        const start = place * HEADER_BYTES + PREVIOUS_HASH;
        if (view.getUint32(start) !== wanted || first + place === 0) continue;
        if (equalBytesVartime(chunk.subarray(start, start + HASH_BYTES), hash)) return first + place - 1;
      }
    }
    return undefined;
  }
}
