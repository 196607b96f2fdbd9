import { ChainError, type ChainErrorCode } from '../error/chain-error.ts';

/** Reads the little-endian fields of transactions and blocks; every read past the end is refused. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #code: ChainErrorCode;
  #offset = 0;

  /** @param code - the error code under which malformed bytes are refused */
  constructor(bytes: Uint8Array, code: ChainErrorCode) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#code = code;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** A copy, so that what was read does not keep a whole block in memory. */
  raw(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.slice(start, start + length);
  }

  /** The bytes that were read since `start`, copied. */
  since(start: number): Uint8Array {
    return this.#bytes.slice(start, this.#offset);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** Bitcoin's variable-length count; a longer form than needed is refused, as nodes do. */
  compactSize(): number {
    const first = this.uint8();
    if (first < 0xfd) return first;
    const [count, least] =
      first === 0xfd
        ? [this.#view.getUint16(this.#take(2), true), 0xfd]
        : first === 0xfe
          ? [this.uint32(), 0x1_0000]
          : [Number(this.uint64()), 0x1_0000_0000];
    if (count < least) this.refuse(`count ${count} is not in its shortest form`);
    return count;
  }

  /** How many things of at least `leastBytes` follow: a count that cannot fit is refused before memory is taken. */
  count(leastBytes: number): number {
    const count = this.compactSize();
    if (count * leastBytes > this.remaining) {
      this.refuse(`${count} items of at least ${leastBytes} bytes announced`);
    }
    return count;
  }

  prefixed(): Uint8Array {
    return this.raw(this.count(1));
  }

  refuse(what: string): never {
    const value = `${what} at byte ${this.#offset}`;
    const limit = `${this.#bytes.length} bytes`;
    throw new ChainError(this.#code, `${value} of ${limit}`, { value, limit });
  }

  #take(length: number): number {
    if (length > this.remaining) this.refuse(`${length} bytes wanted, ${this.remaining} left`);
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}
