import { CryptoError, type CryptoErrorDetail } from '../error.ts';

/** Reads the bytes of a record from first to last and refuses to read past their end. */
export class RecordReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** @throws CryptoError `transcript-record-malformed` */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) {
      throw malformedRecord('the record ends too early', {
        value: `${this.remaining} bytes`,
        limit: `${length} bytes`,
      });
    }
    const start = this.#offset;
    this.#offset += length;
    return Uint8Array.from(this.#bytes.subarray(start, this.#offset));
  }

  uint8(): number {
    return this.#view(1).getUint8(0);
  }

  uint32(): number {
    return this.#view(4).getUint32(0);
  }

  /** UTF-8 behind its length in one byte. */
  text(): string {
    const bytes = this.bytes(this.uint8());
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw malformedRecord('a name or label of the record is not UTF-8', { cause });
    }
  }

  #view(length: number): DataView {
    return new DataView(this.bytes(length).buffer);
  }
}

export function malformedRecord(problem: string, detail: CryptoErrorDetail): CryptoError {
  return new CryptoError('transcript-record-malformed', problem, detail);
}
