import type { LogEntry } from '../event/entry.ts';
import type { EntrySelection } from '../log/entry-reader.ts';
import { LogError } from '../log-error.ts';

/** Entries listed one by one, such as those of a case. */
export interface ListedEntries {
  /** Positions in the log, in any order. */
  readonly entries: readonly number[];
  readonly stream?: never;
  readonly subject?: never;
  readonly from?: never;
  readonly to?: never;
}

/** Which entries a bundle holds, and from which earlier checkpoint it leads to the latest. */
export type BundleSelection = ((EntrySelection & { readonly entries?: never }) | ListedEntries) & {
  /**
   * The checkpoint of this log under which the entries are proven, such as one that witnesses cosigned later; when absent
   * the latest, or the pinned one where it covers as much.
   */
  readonly checkpoint?: string;
  /** A checkpoint that the receiver already holds: the bundle then proves that the log continues it. */
  readonly since?: string;
  /**
   * Whether the bundle reveals the personal data that these entries commit to, as far as it was not erased: in clear, to
   * whoever gets the file. False when absent.
   */
  readonly personalData?: boolean;
  /** Files of anchors of this log, as `followAnchor` gives them, at most 64 of at most 1 MiB each: they go with it. */
  readonly anchors?: readonly Uint8Array[];
};

/** A selection made definite for a tree of a certain size. */
export interface BundleContent {
  /** What the bundle says of itself, in the order of its members. */
  readonly extent: Readonly<Record<string, number | string>>;
  /** The entries, in order. */
  readonly entries: AsyncIterable<LogEntry>;
}

/**
 * Resolves a selection.
 *
 * @param size of the tree that the bundle is proven in
 * @throws LogError `index-out-of-range`
 */
export function bundleContent(
  read: (selection: EntrySelection) => AsyncIterable<LogEntry>,
  size: number,
  selection: BundleSelection,
): BundleContent {
  if (selection.entries !== undefined) return listedContent(read, size, selection.entries);
  const { from = 0, to = size, stream, subject } = selection;
  if (to > size) throw outOfRange(String(to), size);
  const extent = {
    from,
    to,
    ...(stream === undefined ? {} : { stream }),
    ...(subject === undefined ? {} : { subject }),
  };
  return { extent, entries: read(extent) };
}

function listedContent(
  read: (selection: EntrySelection) => AsyncIterable<LogEntry>,
  size: number,
  entries: readonly number[],
): BundleContent {
  const refused = entries.find((index) => !Number.isSafeInteger(index) || index < 0 || index >= size);
  if (refused !== undefined) throw outOfRange(String(refused), size);
  const positions = [...new Set(entries)].sort((left, right) => left - right);
  const extent = { from: positions[0] ?? 0, to: (positions.at(-1) ?? -1) + 1, listed: positions.length };
  return { extent, entries: readRuns(read, positions) };
}

/** Consecutive positions are read together. */
async function* readRuns(
  read: (selection: EntrySelection) => AsyncIterable<LogEntry>,
  positions: readonly number[],
): AsyncGenerator<LogEntry> {
  for (let start = 0; start < positions.length;) {
    const from = positions[start] ?? 0;
    let length = 1;
    while (positions[start + length] === from + length) length += 1;
    yield* read({ from, to: from + length });
    start += length;
  }
}

function outOfRange(value: string, size: number): LogError {
  return new LogError('index-out-of-range', 'the log has no such entry', { value, limit: `0 to ${size}` });
}
