import { LogError } from '../log-error.ts';
import type { Log } from '../log/log.ts';
import { TILE_WIDTH } from '../merkle/tile.ts';
import { readCheckpoint } from '../verify/checkpoint-text.ts';
import { openNote } from '../verify/note.ts';
import { encodeEntryBundle, MAX_BUNDLED_ENTRY_BYTES } from './entry-bundle.ts';
import { tilePath, tilesBetween } from './tile-path.ts';
import type { TileSink } from './tile-sink.ts';

/** What was published. */
export interface PublishReport {
  /** Entries that were published before, and now. */
  readonly from: number;
  readonly size: number;
  /** Resources that were put. */
  readonly resources: number;
  readonly checkpoint: string;
}

/** How a log is published. */
export interface PublishOptions {
  /** The log's Ed25519 key, 32 bytes: what was published before is believed only when it is signed by it. */
  readonly publicKey: Uint8Array;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Publishes a log as static resources (C2SP tlog-tiles), from where the last publication ended: first what a checkpoint
 * needs, then the checkpoint, so that readers never meet one whose tiles are missing. Personal data is not published.
 *
 * @throws LogError `log-rolled-back` where the sink holds a checkpoint of entries that the log does not have; whatever
 * the sink and the log throw
 */
export async function publishTiles(log: Log, sink: TileSink, o: PublishOptions): Promise<PublishReport> {
  const checkpoint = await log.checkpoint();
  const size = sizeIn(checkpoint, log.origin, o.publicKey);
  const from = await publishedBefore(log, sink, o.publicKey, size);
  let resources = 0;
  const put = async (path: string, bytes: Uint8Array): Promise<void> => {
    await sink.put({ path, bytes, contentType: 'application/octet-stream', immutable: true });
    resources += 1;
  };
  const firstGrown = size === from ? size : from - (from % TILE_WIDTH);
  for (let start = firstGrown; start < size; start += TILE_WIDTH) {
    const end = Math.min(start + TILE_WIDTH, size);
    const entries = await Array.fromAsync(log.read({ from: start, to: end }), ({ bytes }) => bytes);
    const isLarge = entries.some((entry) => entry.length > MAX_BUNDLED_ENTRY_BYTES);
    const place = { index: start / TILE_WIDTH, width: end - start };
    const path = tilePath({ kind: isLarge ? 'large-entries' : 'entries', ...place });
    await put(path, encodeEntryBundle(entries, isLarge ? 4 : 2));
    o.onProgress?.(end, size);
  }
  for (const place of tilesBetween(from, size)) {
    await put(tilePath(place), await log.tile(place.kind, place.index, size));
  }
  if (size > from || from === 0) {
    const bytes = new TextEncoder().encode(checkpoint);
    const contentType = 'text/plain; charset=utf-8';
    await sink.put({ path: 'checkpoint', bytes, contentType, immutable: false });
    resources += 1;
  }
  return { from, size, resources, checkpoint };
}

async function publishedBefore(
  log: Log,
  sink: TileSink,
  publicKey: Uint8Array,
  size: number,
): Promise<number> {
  const bytes = await sink.get('checkpoint');
  if (bytes === undefined) return 0;
  const before = new TextDecoder().decode(bytes);
  const published = sizeIn(before, log.origin, publicKey);
  // Proves that what is published is a beginning of this log, or is refused as a rollback.
  if (published <= size) await log.requireContains(before);
  else {
    throw new LogError('log-rolled-back', 'more is published than the log holds', {
      value: `${size} entries`,
      limit: `${published} published entries`,
    });
  }
  return published;
}

function sizeIn(note: string, origin: string, publicKey: Uint8Array): number {
  const opened = openNote(note, origin, publicKey);
  const checkpoint = opened.ok ? readCheckpoint(opened.text) : undefined;
  if (checkpoint?.origin === origin) return checkpoint.size;
  throw new LogError('note-malformed', 'the checkpoint is not one of this log, signed by its key', {
    value: opened.ok ? 'another origin' : opened.reason,
    limit: origin,
  });
}
