import type { LogEntry } from '../event/entry.ts';
import { LogError } from '../log-error.ts';
import type { LogStore, StreamSegment } from '../store/log-store.ts';
import type { PositionIndex } from './position-index.ts';
import { readEntries } from './recovery.ts';

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
  store: LogStore,
  index: PositionIndex,
  origin: string,
  size: number,
  selection: EntrySelection,
): Iterable<LogEntry> {
  const { from = 0, to = size, stream, subject } = selection;
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && 0 <= from && from <= to && to <= size)) {
    throw new LogError('index-out-of-range', 'the log has no such range', {
      value: `${from} to ${to}`,
      limit: `0 to ${size}`,
    });
  }
  if (stream !== undefined) {
    return streamEntries(store, index.streamSegments(stream), origin, stream, { subject, from, to });
  }
  if (subject !== undefined) {
    return subjectEntries(store, index.subjectIndexes(subject), origin, subject, { from, to });
  }
  return rangeEntries(store, origin, from, to);
}

interface Bounds {
  readonly from: number;
  readonly to: number;
}

function* rangeEntries(store: LogStore, origin: string, from: number, to: number): Iterable<LogEntry> {
  for (let start = from; start < to; start += READ_AHEAD) {
    // One entry before, so that the chain is also checked where two fetches meet.
    const overlap = start === from ? 0 : 1;
    yield* readEntries(store, start - overlap, Math.min(start + READ_AHEAD, to), origin).slice(overlap);
  }
}

function* streamEntries(
  store: LogStore,
  segments: readonly StreamSegment[],
  origin: string,
  stream: string,
  bounds: Bounds & { readonly subject: string | undefined },
): Iterable<LogEntry> {
  let version = 0;
  for (const { firstVersion, indexes } of segments) {
    if (firstVersion !== version + 1)
      throw misfiled(`version ${firstVersion} of stream ${JSON.stringify(stream)}`);
    for (const index of indexes) {
      version += 1;
      if (index < bounds.from || index >= bounds.to) continue;
      for (const entry of readEntries(store, index, index + 1, origin)) {
        if (entry.stream !== stream || entry.streamVersion !== version) throw misfiled(`entry ${index}`);
        if (bounds.subject === undefined || entry.subject === bounds.subject) yield entry;
      }
    }
  }
}

function* subjectEntries(
  store: LogStore,
  indexes: readonly number[],
  origin: string,
  subject: string,
  bounds: Bounds,
): Iterable<LogEntry> {
  for (const index of indexes) {
    if (index < bounds.from || index >= bounds.to) continue;
    for (const entry of readEntries(store, index, index + 1, origin)) {
      if (entry.subject !== subject) throw misfiled(`entry ${index}`);
      yield entry;
    }
  }
}

function misfiled(value: string): LogError {
  return new LogError('log-corrupt', `the index of streams and subjects is wrong about ${value}`, { value });
}
