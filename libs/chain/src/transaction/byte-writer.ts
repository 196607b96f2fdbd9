/** Writes the little-endian fields of transactions into one array whose length is known beforehand. */
export class ByteWriter {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  uint8(value: number): void {
    this.#view.setUint8(this.#offset, value);
    this.#offset += 1;
  }

  uint32(value: number): void {
    this.#view.setUint32(this.#offset, value, true);
    this.#offset += 4;
  }

  uint64(value: bigint): void {
    this.#view.setBigUint64(this.#offset, value, true);
    this.#offset += 8;
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.#offset);
    this.#offset += bytes.length;
  }

  /** Bitcoin's variable-length count, in its one shortest form. Counts here stay far below 2^32. */
  compactSize(count: number): void {
    if (count < 0xfd) {
      this.uint8(count);
    } else if (count <= 0xffff) {
      this.uint8(0xfd);
      this.#view.setUint16(this.#offset, count, true);
      this.#offset += 2;
    } else {
      this.uint8(0xfe);
      this.uint32(count);
    }
  }

  /** Bytes with their length before them. */
  prefixed(bytes: Uint8Array): void {
    this.compactSize(bytes.length);
    this.raw(bytes);
  }
}

/** How many bytes {@link ByteWriter.compactSize} takes. */
export function compactSizeLength(count: number): number {
  if (count < 0xfd) return 1;
  return count <= 0xffff ? 3 : 5;
}

/** How many bytes {@link ByteWriter.prefixed} takes. */
export function prefixedLength(bytes: Uint8Array): number {
  return compactSizeLength(bytes.length) + bytes.length;
}
