import { LogError } from '../log-error.ts';
import { consistencyProof } from '../merkle/consistency-proof.ts';
import { inclusionProof } from '../merkle/inclusion-proof.ts';
import { SubtreeHashes } from '../merkle/subtree-hashes.ts';
import { partialWidth, TILE_WIDTH } from '../merkle/tile.ts';
import { HASH_BYTES, leafHash } from '../merkle/tree-hash.ts';
import { verifyConsistency, verifyInclusion } from '../verify/merkle-proof.ts';
import { readCheckpoint, type CheckpointStatement } from '../verify/checkpoint-text.ts';
import { openNote } from '../verify/note.ts';
import { decodeEntryBundle } from './entry-bundle.ts';
import { tilePath } from './tile-path.ts';

/** Gets a resource of a tiled log; `undefined` for one that is not there. */
export type FetchTile = (path: string) => Promise<Uint8Array | undefined>;

/** How a published log is read. */
export interface TiledLogOptions {
  readonly origin: string;
  /** The log's Ed25519 key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly fetch: FetchTile;
  /** A checkpoint of an earlier reading: what is published must continue it. */
  readonly pinnedCheckpoint?: string;
}

/** A log that somebody published, read from its tiles. Nothing is believed but the key. */
export interface TiledLog {
  readonly size: number;
  /** To be pinned for the next reading. */
  readonly checkpoint: string;
  /**
   * Entries from `from` up to and without `to`, each proven under the checkpoint.
   *
   * @throws LogError `index-out-of-range`, `tile-missing`, `tile-malformed`, `log-corrupt` for what does not prove
   */
  entries(from?: number, to?: number): AsyncIterable<{ readonly index: number; readonly bytes: Uint8Array }>;
  /** RFC 6962 audit path of an entry under the checkpoint, leaf side first. */
  inclusionProof(index: number): Promise<Uint8Array[]>;
}

/**
 * Opens a published log at its present checkpoint.
 *
 * @throws LogError `tile-missing`, `tile-malformed`, `note-malformed`, `log-wrong-origin`, `log-rolled-back` where it does
 * not continue the pinned checkpoint
 */
export async function openTiledLog(o: TiledLogOptions): Promise<TiledLog> {
  const checkpoint = new TextDecoder().decode(await required(o.fetch, 'checkpoint'));
  const head = statementOf(checkpoint, o);
  const log = new VerifiedTiles(o.fetch, checkpoint, head);
  if (o.pinnedCheckpoint !== undefined) await log.requireContinues(statementOf(o.pinnedCheckpoint, o));
  return log;
}

class VerifiedTiles implements TiledLog {
  readonly checkpoint: string;
  readonly #fetch: FetchTile;
  readonly #head: CheckpointStatement;
  readonly #hashes: SubtreeHashes;
  /** Tiles from level 1 up: one for 65,536 entries. */
  readonly #upper = new Map<string, Uint8Array>();

  constructor(fetch: FetchTile, checkpoint: string, head: CheckpointStatement) {
    this.checkpoint = checkpoint;
    this.#fetch = fetch;
    this.#head = head;
    this.#hashes = new SubtreeHashes((level, index) => this.#tile(level, index));
  }

  get size(): number {
    return this.#head.size;
  }

  async *entries(
    from = 0,
    to: number = this.size,
  ): AsyncIterable<{ readonly index: number; readonly bytes: Uint8Array }> {
    if (!(
      Number.isSafeInteger(from) &&
      Number.isSafeInteger(to) &&
      0 <= from &&
      from <= to &&
      to <= this.size
    )) {
      throw new LogError('index-out-of-range', 'the published log has no such range', {
        value: `${from} to ${to}`,
        limit: `0 to ${this.size}`,
      });
    }
    for (let start = from - (from % TILE_WIDTH); start < to; start += TILE_WIDTH) {
      const tile = start / TILE_WIDTH;
      const entries = await this.#bundle(tile);
      const hashes = await this.#provenLeaves(tile, entries.length);
      for (const [place, bytes] of entries.entries()) {
        const index = start + place;
        if (index < from || index >= to) continue;
        const stated = hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
        if (Buffer.compare(leafHash(bytes), stated) !== 0) throw unproven(`entry ${index}`);
        yield { index, bytes };
      }
    }
  }

  async inclusionProof(index: number): Promise<Uint8Array[]> {
    if (!(Number.isSafeInteger(index) && 0 <= index && index < this.size)) {
      throw new LogError('index-out-of-range', 'the published log has no such entry', {
        value: String(index),
        limit: `0 to ${this.size - 1}`,
      });
    }
    const proof = await inclusionProof(this.#hashes, index, this.size);
    return proof.map((hash) => Uint8Array.from(hash));
  }

  /** @throws LogError `log-rolled-back` */
  async requireContinues(pinned: CheckpointStatement): Promise<void> {
    const isOlder = pinned.size > this.size;
    const proof = isOlder ? [] : await consistencyProof(this.#hashes, pinned.size, this.size);
    const claim = {
      from: pinned.size,
      to: this.size,
      fromRoot: pinned.rootHash,
      toRoot: this.#head.rootHash,
    };
    if (!isOlder && verifyConsistency({ ...claim, proof })) return;
    throw new LogError('log-rolled-back', 'what is published does not continue the pinned checkpoint', {
      value: `${this.size} entries`,
      limit: `a checkpoint of ${pinned.size} entries`,
    });
  }

  /** The leaf hashes under a tile, which must lead to the root of the checkpoint. */
  async #provenLeaves(tile: number, width: number): Promise<Uint8Array> {
    const hashes = await this.#tile(0, tile);
    // Of these very bytes: another fetch may give others.
    const subtrees = new SubtreeHashes((level, index) =>
      level === 0 && index === tile ? hashes : this.#tile(level, index),
    );
    const treeSize = this.size;
    // The path of the last leaf holds everything else of the tile.
    const index = tile * TILE_WIDTH + width - 1;
    const own = hashes.subarray((width - 1) * HASH_BYTES, width * HASH_BYTES);
    const proof = await inclusionProof(subtrees, index, treeSize);
    if (!verifyInclusion({ index, treeSize, leafHash: own, proof, rootHash: this.#head.rootHash })) {
      throw unproven(`tile ${tile} of leaf hashes`);
    }
    return hashes;
  }

  async #tile(level: number, index: number): Promise<Uint8Array> {
    const known = this.#upper.get(`${level}/${index}`);
    if (known !== undefined) return known;
    const hashes = await this.#widest(level, index);
    const width = this.#widthOf(level, index);
    if (hashes.length === width * HASH_BYTES) {
      // Every leaf tile is asked for once, those above it again and again.
      if (level > 0) this.#upper.set(`${level}/${index}`, hashes);
      return hashes;
    }
    throw new LogError('tile-malformed', 'a tile has another length than its width says', {
      value: `${hashes.length} bytes`,
      limit: `${width * HASH_BYTES} bytes`,
    });
  }

  /** A partial tile may be gone once the full one is there (C2SP tlog-tiles, "Partial Tiles"). */
  async #widest(level: number, index: number): Promise<Uint8Array> {
    const width = this.#widthOf(level, index);
    const partial = tilePath({ kind: level, index, width });
    const found = await this.#fetch(partial);
    if (found !== undefined) return found;
    if (width === TILE_WIDTH) throw missing(partial);
    const full = await required(this.#fetch, tilePath({ kind: level, index, width: TILE_WIDTH }));
    return full.subarray(0, width * HASH_BYTES);
  }

  async #bundle(index: number): Promise<Uint8Array[]> {
    const width = this.#widthOf(0, index);
    for (const widthOfBundle of new Set([width, TILE_WIDTH])) {
      for (const [kind, lengthBytes] of BUNDLES) {
        const bundle = await this.#fetch(tilePath({ kind, index, width: widthOfBundle }));
        if (bundle !== undefined)
          return decodeEntryBundle(bundle, widthOfBundle, lengthBytes).slice(0, width);
      }
    }
    throw missing(tilePath({ kind: 'entries', index, width }));
  }

  #widthOf(level: number, index: number): number {
    const last = Math.floor(this.size / TILE_WIDTH ** (level + 1));
    return index < last ? TILE_WIDTH : partialWidth(this.size, level);
  }
}

const BUNDLES = [
  ['entries', 2],
  ['large-entries', 4],
] as const;

function statementOf(note: string, { origin, publicKey }: TiledLogOptions): CheckpointStatement {
  const opened = openNote(note, origin, publicKey);
  if (!opened.ok)
    throw new LogError('note-malformed', 'the checkpoint does not verify', { value: opened.reason });
  const statement = readCheckpoint(opened.text);
  if (statement === undefined) throw new LogError('note-malformed', 'the note is not a checkpoint');
  if (statement.origin === origin) return statement;
  throw new LogError('log-wrong-origin', 'the checkpoint is of another log', {
    value: statement.origin,
    limit: origin,
  });
}

async function required(fetch: FetchTile, path: string): Promise<Uint8Array> {
  const bytes = await fetch(path);
  if (bytes === undefined) throw missing(path);
  return bytes;
}

function missing(path: string): LogError {
  return new LogError('tile-missing', 'a resource of the published log is not there', { value: path });
}

function unproven(what: string): LogError {
  return new LogError('log-corrupt', `${what} does not lead to the root of the checkpoint`, { value: what });
}
