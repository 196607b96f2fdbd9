import { EMPTY_ROOT, HASH_BYTES, nodeHash, nodeHashUnder } from './tree-hash.ts';
import { partialWidth, TILE_HEIGHT, TILE_WIDTH, type Tile, type TileSource } from './tile.ts';
import { largestPowerOfTwoBelow, SubtreeHashes } from './subtree-hashes.ts';

/** A state of the tree to return to. */
export interface TreeMark {
  readonly size: number;
  readonly peaks: readonly Uint8Array[];
  readonly edges: readonly Edge[];
}

interface Edge {
  /** Room for a full tile; only the first `width` hashes mean anything. */
  readonly hashes: Uint8Array;
  readonly width: number;
}

/**
 * The growing right edge of an RFC 6962 tree: the roots of its complete subtrees, and the tiles that are not
 * full yet. A leaf costs one node hash on average, whatever the size of the tree.
 */
export class MerkleTree {
  #size = 0;
  /** Roots of the complete subtrees of a tree of this size, largest and leftmost first. */
  #peaks: Uint8Array[] = [];
  /** The rightmost tile of each level. */
  #edges: Edge[] = [];
  /** Tiles to be stored, by place: full ones, and changed partial ones from level 1 up. */
  #changed = new Map<string, Tile>();

  /** Rebuilds the edge of a tree of `size` leaves from its rightmost tiles, and the inner ones they need. */
  static async restore(size: number, tiles: TileSource): Promise<MerkleTree> {
    const tree = new MerkleTree();
    tree.#size = size;
    for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
      const width = partialWidth(size, level);
      const hashes = new Uint8Array(TILE_WIDTH * HASH_BYTES);
      if (width > 0) {
        const index = Math.floor(size / TILE_WIDTH ** (level + 1));
        hashes.set(((await tiles(level, index)) ?? new Uint8Array(0)).subarray(0, width * HASH_BYTES));
      }
      tree.#edges.push({ hashes, width });
    }
    const subtrees = new SubtreeHashes(
      (level, index) => tree.recentTile(level, index) ?? tiles(level, index),
    );
    for (let start = 0; start < size;) {
      // The largest complete subtree that the remaining leaves hold.
      const end = start + largestPowerOfTwoBelow(size - start + 1);
      tree.#peaks.push(await subtrees.range(start, end));
      start = end;
    }
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: Uint8Array): void {
    let hash = leaf;
    let height = 0;
    this.#pushToEdge(0, hash);
    // Each trailing one of the size, in binary, is a subtree that this leaf completes.
    for (let subtrees = this.#size; subtrees % 2 === 1; subtrees = (subtrees - 1) / 2) {
      hash = nodeHash(this.#peaks.pop() ?? EMPTY_ROOT, hash);
      height += 1;
      if (height % TILE_HEIGHT === 0) this.#pushToEdge(height / TILE_HEIGHT, hash);
    }
    this.#peaks.push(hash);
    this.#size += 1;
  }

  root(): Uint8Array {
    const last = this.#peaks.at(-1);
    return last === undefined ? EMPTY_ROOT : nodeHashUnder(this.#peaks.slice(0, -1), last);
  }

  /** A tile at the right edge, or one to be stored, as a view; `undefined` for those that were stored before. */
  recentTile(level: number, index: number): Uint8Array | undefined {
    const edge = this.#edges[level];
    if (
      edge !== undefined &&
      edge.width > 0 &&
      index === Math.floor(this.#size / TILE_WIDTH ** (level + 1))
    ) {
      return edge.hashes.subarray(0, edge.width * HASH_BYTES);
    }
    return this.#changed.get(`${level}/${index}`)?.hashes;
  }

  /** Tiles to store since the last call of {@link mark}, each place once. */
  changedTiles(): Tile[] {
    return [...this.#changed.values()];
  }

  /** Remembers this state, from which {@link changedTiles} counts. */
  mark(): TreeMark {
    this.#changed = new Map();
    return { size: this.#size, peaks: [...this.#peaks], edges: [...this.#edges] };
  }

  /** Returns to a state; hashes written since stand beyond the width of its tiles and are overwritten. */
  rewind(mark: TreeMark): void {
    this.#size = mark.size;
    this.#peaks = [...mark.peaks];
    this.#edges = [...mark.edges];
    this.#changed = new Map();
  }

  #pushToEdge(level: number, hash: Uint8Array): void {
    const { hashes, width } = this.#edges[level] ?? emptyEdge();
    hashes.set(hash, width * HASH_BYTES);
    const index = Math.floor(this.#size / TILE_WIDTH ** (level + 1));
    const full = width + 1 === TILE_WIDTH;
    this.#edges[level] = full ? emptyEdge() : { hashes, width: width + 1 };
    // Leaf hashes are stored with their entries, so a partial tile of level 0 need not be.
    if (full || level > 0) {
      this.#changed.set(`${level}/${index}`, {
        level,
        index,
        hashes: hashes.slice(0, (width + 1) * HASH_BYTES),
      });
    }
  }
}

function emptyEdge(): Edge {
  return { hashes: new Uint8Array(TILE_WIDTH * HASH_BYTES), width: 0 };
}
