import { openSync, readFileSync, writeSync } from 'node:fs';

const HEADER = 8;

/**
 * The input that is being decoded, in a file: there it outlives whatever the input does to the process.
 * `executions(4) length(4) input`, numbers little-endian.
 */
export class CurrentInput {
  readonly #file: number;
  readonly #record: Buffer;
  #executions = 0;

  constructor(path: string, maxLength: number) {
    this.#file = openSync(path, 'w');
    this.#record = Buffer.alloc(HEADER + maxLength);
  }

  write(input: Uint8Array): void {
    this.#executions += 1;
    this.#record.writeUInt32LE(this.#executions, 0);
    this.#record.writeUInt32LE(input.length, 4);
    this.#record.set(input, HEADER);
    writeSync(this.#file, this.#record, 0, HEADER + input.length, 0);
  }
}

/** What {@link CurrentInput} wrote last; no execution and no bytes where it did not write yet. */
export function readCurrentInput(path: string): { readonly executions: number; readonly input: Uint8Array } {
  const record = readFileSync(path);
  if (record.length < HEADER) return { executions: 0, input: new Uint8Array() };
  const length = record.readUInt32LE(4);
  return {
    executions: record.readUInt32LE(0),
    input: new Uint8Array(record.subarray(HEADER, HEADER + length)),
  };
}
