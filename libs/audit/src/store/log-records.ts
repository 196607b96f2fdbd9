import type { Tile } from '../merkle/tile.ts';
import type { Awaitable } from './awaitable.ts';

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

/** Personal data that belongs to an entry and is no part of it: sealed under the key of its subject. */
export interface SealedPersonalData {
  readonly index: number;
  readonly subject: string;
  readonly sealed: Uint8Array;
}

/** What a group of entries adds to a log. */
export interface Addition {
  /** At least one, consecutive, continuing what is stored. */
  readonly entries: readonly StoredEntry[];
  /** Full tiles, and grown partial ones from level 1 up, which replace their predecessors. */
  readonly tiles: readonly Tile[];
  /** Positions up to the last full tile, by stream; empty while none becomes full. */
  readonly streams: ReadonlyMap<string, StreamSegment>;
  /** The same by subject, ascending. */
  readonly subjects: ReadonlyMap<string, readonly number[]>;
  /** The same by idempotency key: each is at one position. */
  readonly keys: ReadonlyMap<string, number>;
  readonly personal: readonly SealedPersonalData[];
  /** The latest signed note, where there is one that was not stored yet. */
  readonly checkpoint: string | undefined;
}

/** What one commit adds: all of it becomes durable, or none. */
export interface Commit extends Addition {
  /**
   * Authenticates the log with these entries, which no signature may cover yet: 32 bytes, and 16 more that name the pin in
   * which entries behind them may stand.
   */
  readonly seal: Uint8Array;
}

/** What is stored of the head of a log. */
export interface StoredHead {
  /** How many entries there are. */
  readonly size: number;
  /** The signed note that was stored last. */
  readonly checkpoint: string;
  /** Of the last commit; undefined before the first. */
  readonly seal: Uint8Array | undefined;
}

/**
 * What a store keeps of one log. The log checks what it reads; a store has only to be durable and atomic.
 *
 * Reading by stream, subject or key takes `before`: what was stored for entries from there on is not asked for, since
 * it may not be durable yet. Every method throws or rejects with LogError: `log-corrupt`, `log-full`, `log-io` or
 * `log-locked`.
 */
export interface LogRecords {
  /**
   * Whether the stored state is known. A {@link commit} that fails either leaves nothing behind, or, when its outcome
   * cannot be known, sets this to `false` for good.
   */
  readonly usable: boolean;
  /**
   * Whether only processes of this machine open these records, so that the newest entries may stand in a pin alone for a
   * while; absent where not.
   */
  readonly mayTrail?: boolean;
  head(): Awaitable<StoredHead>;
  /** Returns, or resolves, only when the commit survives a crash of the machine. */
  commit(commit: Commit): Awaitable<void>;
  /**
   * Stores a signed note of the head, so that the records are proven without the signing key.
   *
   * @param seal in place of the stored one
   */
  keepCheckpoint(checkpoint: string, seal?: Uint8Array): Awaitable<void>;
  /** Stored entries from `from` up to and without `to`, in order. */
  entries(from: number, to: number): Awaitable<readonly StoredEntry[]>;
  /** Version of the last stored position of each of these streams that has one. */
  streamVersions(streams: readonly string[], before: number): Awaitable<ReadonlyMap<string, number>>;
  /** The stored segments of a stream that begin below `before`, in order. */
  streamSegments(stream: string, before: number): Awaitable<readonly StreamSegment[]>;
  /** Stored positions of the entries about a subject, of segments that begin below `before`, in order. */
  subjectIndexes(subject: string, before: number): Awaitable<readonly number[]>;
  /** Stored positions of these idempotency keys, of those that have one. */
  keyIndexes(keys: readonly string[], before: number): Awaitable<ReadonlyMap<string, number>>;
  /** How many positions the indexes of streams, of subjects and of keys hold in all. */
  indexedPositions(): Awaitable<{
    readonly streams: number;
    readonly subjects: number;
    readonly keys: number;
  }>;
  /** The hashes of a tile; `undefined` when there is none. */
  tile(level: number, index: number): Awaitable<Uint8Array | undefined>;
  /** The sealed personal data of an entry; `undefined` when it has none, or it was erased. */
  personal(index: number): Awaitable<Uint8Array | undefined>;
  /** The wrapped key of a subject; `undefined` when there is none, or it was erased. */
  subjectKey(subject: string): Awaitable<Uint8Array | undefined>;
  /** Stores the wrapped key of a subject that has none, durably. */
  keepSubjectKey(subject: string, wrapped: Uint8Array): Awaitable<void>;
  /** Deletes the key of a subject and everything that is sealed under it, durably. */
  eraseSubject(subject: string): Awaitable<void>;
  /** The first entry that was not deleted; 0 in an empty log. */
  firstIndex(): Awaitable<number>;
  /** The first entry that has sealed personal data. */
  firstPersonalIndex(): Awaitable<number | undefined>;
  /** Deletes the entries before `before`, and nothing else; at least one stays. */
  deleteEntries(before: number): Awaitable<void>;
  /**
   * Copies the whole store to a new file, while it is written to; absent where a store is no file.
   *
   * @param onProgress pages that are copied, of how many
   */
  copyTo?(path: string, onProgress: (done: number, total: number) => void): Promise<void>;
  /** Releases the log to other writers. */
  close(): Awaitable<void>;
}
