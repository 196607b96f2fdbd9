/** One line of a file, without its line feed. */
export interface FileLine {
  /** A view of what was read, to be used before more is read. */
  readonly bytes: Uint8Array;
  /** Where it begins in the file, in bytes. */
  readonly offset: number;
}

const LINE_FEED = 0x0a;

/** Cuts bytes that come in pieces into lines, and holds no more than the longest line that is allowed. */
export class LineSplitter {
  readonly #maxBytes: number;
  /** The beginning of a line whose end has not come yet. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  #offset = 0;

  /** @param maxBytes of one line, without its line feed */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of the line that was begun and is not complete. */
  get incomplete(): number {
    return this.#begunBytes;
  }

  /** Whether a line was met that is too long; nothing is read from there on. */
  get tooLong(): boolean {
    return this.#begunBytes > this.#maxBytes;
  }

  /** The lines that these bytes complete. */
  *push(piece: Uint8Array): Generator<FileLine> {
    if (this.tooLong) return;
    for (let start = 0; ;) {
      const end = piece.indexOf(LINE_FEED, start);
      const part = piece.subarray(start, end === -1 ? piece.length : end);
      this.#begunBytes += part.length;
      if (this.#begunBytes > this.#maxBytes) return;
      if (end === -1) {
        // A copy, because whoever reads a file may use the same buffer again.
        if (part.length > 0) this.#begun.push(part.slice());
        return;
      }
      const line = { bytes: this.#joined(part), offset: this.#offset };
      this.#offset += this.#begunBytes + 1;
      this.#begun = [];
      this.#begunBytes = 0;
      start = end + 1;
      yield line;
    }
  }

  #joined(last: Uint8Array): Uint8Array {
    if (this.#begun.length === 0) return last;
    const joined = new Uint8Array(this.#begunBytes);
    let written = 0;
    for (const part of this.#begun) {
      joined.set(part, written);
      written += part.length;
    }
    joined.set(last, written);
    return joined;
  }
}
