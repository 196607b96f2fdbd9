import type { EventValue } from '../event/event-value.ts';
import type { NewEvent } from '../event/new-event.ts';
import { LogError } from '../log-error.ts';
import { TILE_WIDTH } from '../merkle/tile.ts';
import { HASH_BYTES, leafHash } from '../merkle/tree-hash.ts';
import type { LogRecords } from '../store/log-records.ts';
import type { TiledLog } from '../tiles/tiled-log.ts';

/** What a pruning left. */
export interface PruneReport {
  /** The first entry that the store still holds. */
  readonly firstIndex: number;
  /** Entries that were deleted by this call. */
  readonly deleted: number;
}

/** What is pruned. */
export interface PruneSource {
  readonly records: LogRecords;
  /** Entries that are durable. */
  readonly size: number;
  /** Throws unless this log contains the checkpoint. */
  requireContains(checkpoint: string): Promise<void>;
  /** Appends to the log. */
  record(event: NewEvent): Promise<void>;
}

/** Where a log says which of its entries it deleted: without that, one that is missing was taken away. */
export const PRUNINGS = 'audit/pruning';

/** The first entry that an event of {@link PRUNINGS} leaves. */
export function firstIndexIn(body: EventValue): number {
  const first = Object(body) === body ? (body as { readonly firstIndex?: EventValue }).firstIndex : undefined;
  return typeof first === 'number' ? first : 0;
}

/**
 * Deletes the entries before `before` from a store, after every one of them was read from an archive and compared with
 * the tree: what goes is proven to be elsewhere, and the log says that it goes, before it does. Rounded down to whole
 * tiles. The hashes stay, and with them every proof.
 *
 * @throws LogError `prune-refused` where the archive lacks an entry, personal data would lose its entry, or too little
 * would stay; `log-rolled-back` for an archive of another history; whatever reading the archive throws
 */
export async function pruneLog(
  source: PruneSource,
  archive: TiledLog,
  before: number,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<PruneReport> {
  const { records, size } = source;
  const end = before - (before % TILE_WIDTH);
  // The next opening reads the entries behind the last full tile and the one before them.
  if (!Number.isSafeInteger(before) || before < 0 || end > size - TILE_WIDTH - 1) {
    throw refused('the newest entries stay', String(before), `up to ${Math.max(0, size - TILE_WIDTH - 1)}`);
  }
  const first = await records.firstIndex();
  if (end <= first) return { firstIndex: first, deleted: 0 };
  await source.requireContains(archive.checkpoint);
  if (archive.size < end)
    throw refused('the archive is shorter', `${archive.size} entries`, `${end} entries`);
  const personal = await records.firstPersonalIndex();
  if (personal !== undefined && personal < end) {
    throw refused(
      'personal data would lose its entry: erase its subject first',
      `entry ${personal}`,
      `from ${end}`,
    );
  }
  await compare(records, archive, first, end, onProgress);
  await source.record({
    stream: PRUNINGS,
    type: 'entries.pruned',
    body: { firstIndex: end, archive: archive.checkpoint },
  });
  await records.deleteEntries(end);
  return { firstIndex: end, deleted: end - first };
}

async function compare(
  records: LogRecords,
  archive: TiledLog,
  first: number,
  end: number,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  let tile: Uint8Array | undefined;
  let next = first;
  for await (const { index, bytes } of archive.entries(first, end)) {
    if (index % TILE_WIDTH === 0) tile = await records.tile(0, index / TILE_WIDTH);
    const place = (index % TILE_WIDTH) * HASH_BYTES;
    const expected = tile?.subarray(place, place + HASH_BYTES) ?? new Uint8Array(0);
    if (index !== next || Buffer.compare(leafHash(bytes), expected) !== 0) {
      throw refused('the archive holds another entry', `entry ${index}`, `entry ${next}`);
    }
    next += 1;
    if (next % TILE_WIDTH === 0) onProgress(next - first, end - first);
  }
  if (next !== end) throw refused('the archive lacks entries', `up to ${next}`, `up to ${end}`);
}

function refused(why: string, value: string, limit: string): LogError {
  return new LogError('prune-refused', `nothing was deleted: ${why}`, { value, limit });
}
