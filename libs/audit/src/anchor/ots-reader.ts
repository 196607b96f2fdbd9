import { LogError } from '../log-error.ts';

/** Reads the fields of an OpenTimestamps proof; every read past the end is refused. */
export class OtsReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    // Of a Buffer, `slice` would be a view and no copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  uint8(): number {
    return this.raw(1)[0] ?? 0;
  }

  /** A copy. */
  raw(length: number): Uint8Array {
    if (length > this.remaining) this.refuse(`${length} bytes wanted`, `${this.remaining} left`);
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.slice(start, this.#offset);
  }

  /**
   * An unsigned LEB128 number of up to 53 bits. Only the shortest form is taken, so that a proof that was read is
   * written again byte for byte; no writer is known to make another.
   */
  varuint(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.uint8();
      value += (byte % 128) * weight;
      if (value > Number.MAX_SAFE_INTEGER) this.refuse('a number of more than 53 bits', '53 bits');
      if (byte >= 128) continue;
      if (byte === 0 && weight > 1) this.refuse('a number with a needless byte', 'its shortest form');
      return value;
    }
  }

  /** Bytes with their length before them. */
  varbytes(least: number, most: number): Uint8Array {
    const length = this.varuint();
    if (length < least || length > most) this.refuse(`${length} bytes`, `${least} to ${most} bytes`);
    return this.raw(length);
  }

  end(): void {
    if (this.remaining > 0) this.refuse(`${this.remaining} bytes after the end`, 'none');
  }

  refuse(value: string, limit: string): never {
    throw malformedTimestamp(`${value} at byte ${this.#offset}`, limit);
  }
}

/** What cannot be an OpenTimestamps proof. */
export function malformedTimestamp(value: string, limit: string): LogError {
  return new LogError('timestamp-malformed', `no OpenTimestamps proof: ${value}, where ${limit} is wanted`, {
    value,
    limit,
  });
}
