import type { Tile } from '../merkle/tile.ts';

/** An entry as it is stored: its bytes are what was hashed. */
export interface StoredEntry {
  readonly index: number;
  /** 32 bytes. */
  readonly leafHash: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Consecutive entries of one stream. */
export interface StreamSegment {
  /** Version of the first one in the stream, from 1. */
  readonly firstVersion: number;
  /** Positions in the log, ascending, at least one. */
  readonly indexes: readonly number[];
}

/** What one commit adds: all of it becomes durable, or none. */
export interface Commit {
  /** Consecutive, continuing what is stored. */
  readonly entries: readonly StoredEntry[];
  /** Full tiles, and grown partial ones from level 1 up, which replace their predecessors. */
  readonly tiles: readonly Tile[];
  /** Positions up to the last full tile, by stream; empty while none becomes full. */
  readonly streams: ReadonlyMap<string, StreamSegment>;
  /** The same by subject, ascending. */
  readonly subjects: ReadonlyMap<string, readonly number[]>;
  /** The signed note of the commit before: the one that covers this commit may still be in the making. */
  readonly checkpoint: string;
  /** Authenticates the log with these entries until that note is stored. */
  readonly seal: Uint8Array;
}

/** What the last commit left behind of the head of the log. */
export interface StoredHead {
  readonly checkpoint: string;
  /** Undefined before the first commit. */
  readonly seal: Uint8Array | undefined;
}

/**
 * Where a log keeps itself: one writer at a time, who holds the store from opening to closing.
 *
 * Every method throws LogError: `log-corrupt`, `log-full`, `log-io` or `log-locked`. The log checks what it reads; a
 * store has only to be durable and atomic.
 */
export interface LogStore {
  /**
   * Whether the state of the store is known. A {@link commit} that fails either leaves nothing behind, or, when its
   * outcome cannot be known, sets this to `false` for good.
   */
  readonly usable: boolean;
  /** The checkpoint and the seal of the last commit; of an empty log, the checkpoint that it was made with. */
  head(): StoredHead;
  /**
   * Returns, or resolves, only when the commit survives a crash of the machine. What it adds may be read before that; the
   * log asks for nothing behind what it knows to be durable.
   */
  commit(commit: Commit): void | Promise<void>;
  /** How many entries there are. */
  size(): number;
  /** Stored entries from `from` up to and without `to`, in order. */
  entries(from: number, to: number): readonly StoredEntry[];
  /** Version of the last stored position of a stream in segments that begin below `before`; 0 when there is none. */
  streamVersion(stream: string, before: number): number;
  /** The stored segments of a stream that begin below `before`, in order. */
  streamSegments(stream: string, before: number): readonly StreamSegment[];
  /** Stored positions of the entries about a subject, of segments that begin below `before`, in order. */
  subjectIndexes(subject: string, before: number): readonly number[];
  /** How many positions the indexes of streams and of subjects hold in all. */
  indexedPositions(): { readonly streams: number; readonly subjects: number };
  /** The hashes of a tile; `undefined` when there is none. */
  tile(level: number, index: number): Uint8Array | undefined;
  close(): void;
}
