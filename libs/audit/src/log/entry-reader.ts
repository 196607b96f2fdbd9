import type { LogEntry } from '../event/entry.ts';
import { LogError } from '../log-error.ts';
import type { LogRecords } from '../store/log-records.ts';
import type { PositionIndex } from './position-index.ts';
import { readEntries } from './read-entries.ts';

/** Which entries to read. */
export interface EntrySelection {
  /** Only this stream. */
  readonly stream?: string;
  /** Only entries about this subject. */
  readonly subject?: string;
  /** First position in the log; the beginning when absent. */
  readonly from?: number;
  /** Position behind the last; the size of the log when absent. */
  readonly to?: number;
}

/** Entries fetched at a time, so that a long log is read in bounded memory. */
const READ_AHEAD = 128;

/**
 * Reads the selected entries below `size`, in order, each checked as it is read.
 *
 * @throws LogError `index-out-of-range` at once; `log-corrupt` where the damage is met.
 */
export function selectEntries(
  records: LogRecords,
  index: PositionIndex,
  origin: string,
  size: number,
  selection: EntrySelection,
): AsyncIterable<LogEntry> {
  const { from = 0, to = size, stream, subject } = selection;
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && 0 <= from && from <= to && to <= size)) {
    throw new LogError('index-out-of-range', 'the log has no such range', {
      value: `${from} to ${to}`,
      limit: `0 to ${size}`,
    });
  }
  const reader = new EntryReader(records, index, origin, from, to);
  if (stream !== undefined) return reader.ofStream(stream, subject);
  if (subject !== undefined) return reader.aboutSubject(subject);
  return reader.range();
}

class EntryReader {
  readonly #records: LogRecords;
  readonly #index: PositionIndex;
  readonly #origin: string;
  readonly #from: number;
  readonly #to: number;

  constructor(records: LogRecords, index: PositionIndex, origin: string, from: number, to: number) {
    this.#records = records;
    this.#index = index;
    this.#origin = origin;
    this.#from = from;
    this.#to = to;
  }

  async *range(): AsyncIterable<LogEntry> {
    for (let start = this.#from; start < this.#to; start += READ_AHEAD) {
      // One entry before, so that the chain is also checked where two fetches meet.
      const overlap = start === this.#from ? 0 : 1;
      const end = Math.min(start + READ_AHEAD, this.#to);
      yield* (await readEntries(this.#records, start - overlap, end, this.#origin)).slice(overlap);
    }
  }

  async *ofStream(stream: string, subject: string | undefined): AsyncIterable<LogEntry> {
    let version = 0;
    for (const { firstVersion, indexes } of await this.#index.streamSegments(stream)) {
      if (firstVersion !== version + 1) {
        throw misfiled(`version ${firstVersion} of stream ${JSON.stringify(stream)}`);
      }
      for (const index of indexes) {
        version += 1;
        const entry = await this.#entry(index);
        if (entry === undefined) continue;
        if (entry.stream !== stream || entry.streamVersion !== version) throw misfiled(`entry ${index}`);
        if (subject === undefined || entry.subject === subject) yield entry;
      }
    }
  }

  async *aboutSubject(subject: string): AsyncIterable<LogEntry> {
    for (const index of await this.#index.subjectIndexes(subject)) {
      const entry = await this.#entry(index);
      if (entry === undefined) continue;
      if (entry.subject !== subject) throw misfiled(`entry ${index}`);
      yield entry;
    }
  }

  /** An entry of the range; `undefined` for one outside of it. */
  async #entry(index: number): Promise<LogEntry | undefined> {
    if (index < this.#from || index >= this.#to) return undefined;
    return (await readEntries(this.#records, index, index + 1, this.#origin))[0];
  }
}

function misfiled(value: string): LogError {
  return new LogError('log-corrupt', `the index of streams and subjects is wrong about ${value}`, { value });
}
