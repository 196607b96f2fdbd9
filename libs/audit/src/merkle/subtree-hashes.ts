import { LogError } from '../log-error.ts';
import { HASH_BYTES, nodeHash } from './tree-hash.ts';
import { hashInTile, TILE_HEIGHT, TILE_WIDTH, type TileSource } from './tile.ts';

/** Tiles whose inner nodes are kept, about 16 KiB each: enough for proofs of neighbouring entries. */
const CACHED_TILES = 64;

/**
 * Hashes of ranges of leaves, from tiles. Every range that RFC 6962 asks for starts at a multiple of its
 * enclosing power of two, so it is made of complete subtrees, and each of these lies inside one tile.
 *
 * Expanded tiles are kept by their width. That is sound while leaves are only appended: after the tree was
 * rewound, start with a new instance.
 */
export class SubtreeHashes {
  readonly #tiles: TileSource;
  readonly #expanded = new Map<string, readonly Uint8Array[]>();

  constructor(tiles: TileSource) {
    this.#tiles = tiles;
  }

  /** MTH(D[start:end]) (RFC 6962, section 2.1); `start` aligned as section 2.1.1 and 2.1.2 produce it. */
  async range(start: number, end: number): Promise<Uint8Array> {
    const split = largestPowerOfTwoBelow(end - start);
    // A complete subtree is exactly twice its left half.
    if (end - start === 1 || split * 2 === end - start) return this.#subtree(start, end);
    return nodeHash(await this.range(start, start + split), await this.range(start + split, end));
  }

  async #subtree(start: number, end: number): Promise<Uint8Array> {
    const height = Math.round(Math.log2(end - start));
    const level = Math.floor(height / TILE_HEIGHT);
    const unit = TILE_WIDTH ** level;
    const first = start / unit;
    const tileIndex = Math.floor(first / TILE_WIDTH);
    const nodes = await this.#nodesOf(level, tileIndex);
    const inTile = height - level * TILE_HEIGHT;
    const position = (first % TILE_WIDTH) / 2 ** inTile;
    const row = nodes[inTile];
    if (row === undefined || row.length < (position + 1) * HASH_BYTES) {
      throw new LogError('log-corrupt', `tile ${level}/${tileIndex} is too short for the tree`, {
        value: `${(nodes[0]?.length ?? 0) / HASH_BYTES} hashes`,
      });
    }
    return hashInTile(row, position);
  }

  /** The rows of complete inner nodes over a tile, its own hashes first. */
  async #nodesOf(level: number, index: number): Promise<readonly Uint8Array[]> {
    const place = `${level}/${index}`;
    const full = this.#expanded.get(`${place}/${TILE_WIDTH}`);
    if (full !== undefined) return full;
    const hashes = await this.#tiles(level, index);
    if (hashes === undefined) throw new LogError('log-corrupt', `tile ${place} is missing`);
    const key = `${place}/${hashes.length / HASH_BYTES}`;
    const known = this.#expanded.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#expanded.keys();
    if (oldest !== undefined && this.#expanded.size >= CACHED_TILES) this.#expanded.delete(oldest);
    const rows = expand(hashes);
    this.#expanded.set(key, rows);
    return rows;
  }
}

/** The largest power of two smaller than `count`, as RFC 6962 splits trees; 1 for counts up to 2. */
export function largestPowerOfTwoBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function expand(hashes: Uint8Array): readonly Uint8Array[] {
  const rows = [hashes];
  let below = hashes;
  for (let height = 1; height < TILE_HEIGHT; height += 1) {
    const pairs = Math.floor(below.length / HASH_BYTES / 2);
    const row = new Uint8Array(pairs * HASH_BYTES);
    for (let pair = 0; pair < pairs; pair += 1) {
      row.set(nodeHash(hashInTile(below, 2 * pair), hashInTile(below, 2 * pair + 1)), pair * HASH_BYTES);
    }
    rows.push(row);
    below = row;
  }
  return rows;
}
