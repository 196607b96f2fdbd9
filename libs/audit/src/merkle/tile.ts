import { HASH_BYTES } from './tree-hash.ts';

/** Hashes in a full tile, and binary levels of the tree that one tile spans (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;

/**
 * A run of consecutive subtree hashes, as C2SP tlog-tiles cuts the tree: at level 0 they are leaf hashes, at
 * level `l` roots of full tiles of level `l - 1`. The rightmost tile of a level may be partial.
 */
export interface Tile {
  readonly level: number;
  /** Position of the tile in its level, from 0. */
  readonly index: number;
  /** 1 to 256 hashes of 32 bytes, joined. */
  readonly hashes: Uint8Array;
}

/** Where tiles are read from: the hashes of that tile, or `undefined` when there is none. */
export type TileSource = (
  level: number,
  index: number,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** The `position`-th hash of a tile, as a view. */
export function hashInTile(hashes: Uint8Array, position: number): Uint8Array {
  return hashes.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES);
}

/** How many hashes the rightmost tile of a level holds in a tree of `size` leaves; 0 when there is none. */
export function partialWidth(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH;
}
