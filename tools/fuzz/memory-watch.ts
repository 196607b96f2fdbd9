import { getHeapStatistics } from 'node:v8';

/** By how much memory may grow over a whole run, and while one input is decoded. */
const LIMIT = 256 * 1024 * 1024;

/** Watches what JavaScript holds: its heap and the buffers outside of it. The process must expose `gc`. */
export class MemoryWatch {
  readonly #start = inUse();

  /** Whether more is in use than may be; what nobody holds any more may be among it. */
  get isHigh(): boolean {
    return inUse() - this.#start > LIMIT;
  }

  /** The growth in words where it is too much even without what nobody holds any more. */
  leaked(): string | undefined {
    collect();
    const grown = inUse() - this.#start;
    return grown > LIMIT
      ? `${mebibytes(grown)} more in use than at the start; limit: ${mebibytes(LIMIT)}`
      : undefined;
  }

  /** The growth in words where `decode` alone, from a clean start, makes it too much. */
  async usedBy(decode: () => unknown): Promise<string | undefined> {
    collect();
    const before = inUse();
    await decode();
    const grown = inUse() - before;
    return grown > LIMIT ? `${mebibytes(grown)} for one input; limit: ${mebibytes(LIMIT)}` : undefined;
  }
}

/** Twice: buffers that the first finds unused are released by the second. */
function collect(): void {
  globalThis.gc?.();
  globalThis.gc?.();
}

function inUse(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
