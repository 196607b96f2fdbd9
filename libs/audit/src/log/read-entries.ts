import { decodeEntry, NO_PREVIOUS, type LogEntry } from '../event/entry.ts';
import { LogError } from '../log-error.ts';
import { leafHash } from '../merkle/tree-hash.ts';
import type { LogRecords, StoredEntry } from '../store/log-records.ts';

/**
 * Reads a stored entry and checks it against its leaf hash and place.
 *
 * @throws LogError `log-corrupt`.
 */
function readEntry(stored: StoredEntry, expectedIndex: number, origin: string): LogEntry {
  if (Buffer.compare(leafHash(stored.bytes), stored.leafHash) !== 0) {
    throw new LogError('log-corrupt', `entry ${expectedIndex} does not hash to its leaf`, {
      value: `entry ${expectedIndex}`,
    });
  }
  const entry = decodeStored(stored, expectedIndex, origin);
  if (entry.index !== expectedIndex || stored.index !== expectedIndex) {
    throw new LogError('log-corrupt', `another entry stands at ${expectedIndex}`, {
      value: `entry ${entry.index}`,
    });
  }
  return entry;
}

/**
 * Reads consecutive entries and checks that each continues the one before.
 *
 * @throws LogError `log-corrupt`, `entry-pruned`.
 */
export async function readEntries(
  records: LogRecords,
  from: number,
  to: number,
  origin: string,
): Promise<LogEntry[]> {
  const stored = await records.entries(from, to);
  if (stored.length !== to - from && from >= 0 && from < (await records.firstIndex())) {
    throw new LogError('entry-pruned', 'the entry was pruned: read it from the archive', {
      value: `entry ${from}`,
      limit: `from entry ${await records.firstIndex()}`,
    });
  }
  if (stored.length !== to - from) {
    throw new LogError('log-corrupt', `entries ${from} to ${to - 1} are not all stored`, {
      value: `${stored.length} entries`,
      limit: `${to - from} entries`,
    });
  }
  const entries = stored.map((row, offset) => readEntry(row, from + offset, origin));
  let before: LogEntry | undefined;
  for (const entry of entries) {
    const previous = before?.leafHash ?? (entry.index === 0 ? NO_PREVIOUS : undefined);
    if (previous !== undefined && Buffer.compare(previous, entry.previous) !== 0) {
      throw new LogError('log-corrupt', `entry ${entry.index} does not continue the one before`, {
        value: `entry ${entry.index}`,
      });
    }
    before = entry;
  }
  return entries;
}

function decodeStored(stored: StoredEntry, index: number, origin: string): LogEntry {
  try {
    return decodeEntry(stored.bytes, stored.leafHash, origin);
  } catch (cause) {
    throw new LogError('log-corrupt', `entry ${index} is no entry of this log`, {
      value: `entry ${index}`,
      cause,
    });
  }
}
