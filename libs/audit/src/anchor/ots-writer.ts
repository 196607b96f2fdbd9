/** Writes the fields of an OpenTimestamps proof. */
export class OtsWriter {
  readonly #bytes: number[] = [];

  uint8(value: number): void {
    this.#bytes.push(value);
  }

  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  /** Unsigned LEB128, in its shortest form. */
  varuint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.#bytes.push(rest);
  }

  /** Bytes with their length before them. */
  varbytes(bytes: Uint8Array): void {
    this.varuint(bytes.length);
    this.raw(bytes);
  }

  /** What `write` writes, with its length before it. */
  nested(write: (writer: OtsWriter) => void): void {
    const inside = new OtsWriter();
    write(inside);
    this.varbytes(inside.finish());
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
