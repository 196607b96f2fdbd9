import type { LogEntry } from '../event/entry.ts';
import { SubtreeHashes } from '../merkle/subtree-hashes.ts';
import { TILE_WIDTH, type TileSource } from '../merkle/tile.ts';
import { EMPTY_ROOT, HASH_BYTES } from '../merkle/tree-hash.ts';
import type { LogRecords } from '../store/log-records.ts';
import { readEntries } from './read-entries.ts';

/** The tree of a stored log of a known size. */
export interface StoredTree {
  /** The entries behind the last full tile, and the one before them. */
  readonly tail: readonly LogEntry[];
  /** Its tiles. Leaf hashes behind the last full one stand with their entries alone. */
  readonly tiles: TileSource;
  /** The root of the first `size` leaves. */
  readonly rootAt: (size: number) => Promise<Uint8Array>;
}

/** @throws LogError `log-corrupt`, or what the store throws. */
export async function readStoredTree(records: LogRecords, origin: string, size: number): Promise<StoredTree> {
  const tailStart = size - (size % TILE_WIDTH);
  const tail = await readEntries(records, Math.max(0, tailStart - 1), size, origin);
  const leaves = joinLeafHashes(tail.filter((entry) => entry.index >= tailStart));
  const tiles: TileSource = (level, index) =>
    level === 0 && index === tailStart / TILE_WIDTH ? leaves : records.tile(level, index);
  const rootAt = async (treeSize: number): Promise<Uint8Array> =>
    treeSize === 0 ? EMPTY_ROOT : new SubtreeHashes(tiles).range(0, treeSize);
  return { tail, tiles, rootAt };
}

function joinLeafHashes(entries: readonly LogEntry[]): Uint8Array {
  const joined = new Uint8Array(entries.length * HASH_BYTES);
  entries.forEach((entry, position) => {
    joined.set(entry.leafHash, position * HASH_BYTES);
  });
  return joined;
}
