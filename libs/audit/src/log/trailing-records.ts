import { pinNamedIn } from '../checkpoint/head-seal.ts';
import { leafHash } from '../merkle/tree-hash.ts';
import type { EntryKeeper, Pinned } from '../pin/checkpoint-pin.ts';
import { keepWith } from '../pin/pin-with.ts';
import type { Awaitable } from '../store/awaitable.ts';
import type { Addition, Commit, LogRecords, StoredEntry, StoredHead } from '../store/log-records.ts';

/**
 * The records of a log whose newest entries may stand in its pin alone: the pin keeps them beside the checkpoint, so that
 * one sync makes both durable. They go to the store together: when the log is idle or closed, with what fills a tile, and
 * when the pin has no more room.
 *
 * The store says of itself that entries may follow, and in which pin: before the first one is held back its seal names the
 * pin, and does so until the log is closed. Nothing here may run while {@link commit} or {@link keepCheckpoint} does.
 */
export class TrailingRecords implements LogRecords {
  readonly #records: LogRecords;
  readonly #keeper: EntryKeeper;
  readonly copyTo?: NonNullable<LogRecords['copyTo']>;
  /** Whether the stored seal names the pin. */
  #namesPin: boolean;
  /** Entries that are in the pin, or on their way into it, and not in the store. */
  #held: StoredEntry[] = [];
  /** How many of them the pin has; undefined when it is to keep nothing from before. */
  #kept: number | undefined;
  #pinned: { readonly checkpoint: string; readonly size: number } = { checkpoint: '', size: 0 };

  /** @param namesPin whether the stored seal names the pin of the keeper */
  constructor(records: LogRecords, keeper: EntryKeeper, namesPin: boolean) {
    this.#records = records;
    this.#keeper = keeper;
    this.#namesPin = namesPin;
    if (records.copyTo !== undefined) this.copyTo = records.copyTo.bind(records);
  }

  /** The pin that seals are to name; `undefined` where it is not to keep more. */
  get pinId(): Uint8Array | undefined {
    return this.#keeper.keeps ? this.#keeper.id : undefined;
  }

  /** Whether the store says that entries may follow. */
  get isOpenEnded(): boolean {
    return this.#namesPin;
  }

  /** Whether entries wait for the store. */
  get isBehind(): boolean {
    return this.#held.length > 0;
  }

  get usable(): boolean {
    return this.#records.usable;
  }

  /**
   * Takes what the pin has and the store lacks. Whoever compares the store with the pin finds what neither has.
   *
   * @param size how many entries the checkpoint covers
   * @param stored how many entries are stored
   * @returns whether there was anything to take
   */
  restore({ checkpoint, entries }: Pinned, size: number, stored: number): boolean {
    const first = size - entries.length;
    if (!this.#namesPin || size <= stored || first > stored) return false;
    const indexed = entries.map((bytes, place) => ({
      index: first + place,
      leafHash: leafHash(bytes),
      bytes,
    }));
    this.#held = indexed.filter(({ index }) => index >= stored);
    this.#kept = this.#held.length;
    this.#pinned = { checkpoint, size };
    return true;
  }

  /** Takes entries that can wait for the store; they are durable when {@link pin} has covered them. */
  hold({ entries, tiles, streams, subjects, keys, personal }: Addition): boolean {
    const addsMore = tiles.length + streams.size + subjects.size + keys.size + personal.length > 0;
    if (!this.#namesPin || addsMore) return false;
    const pinned = { checkpoint: this.#pinned.checkpoint, entries: entries.map(({ bytes }) => bytes) };
    if (!this.#keeper.fits(pinned)) return false;
    this.#held.push(...entries);
    return true;
  }

  /** Gives back the last entries that were taken. */
  release(count: number): void {
    this.#held.splice(this.#held.length - count);
  }

  /** Whether what was taken fits beside the checkpoint that is to cover it. */
  fitsBeside(checkpoint: string): boolean {
    return this.#keeper.fits({ checkpoint, entries: this.#unpinned() });
  }

  /**
   * Pins a checkpoint, and what is held beside it.
   *
   * @param size how many entries it covers
   * @throws LogError `pin-failed`, or the LogError of the pin
   */
  async pin(checkpoint: string, size: number): Promise<void> {
    const pinned = { checkpoint, entries: this.#unpinned() };
    await keepWith(this.#keeper, pinned, this.#kept === undefined);
    this.#kept = this.#held.length;
    this.#pinned = { checkpoint, size };
  }

  async head(): Promise<StoredHead> {
    const stored = await this.#records.head();
    const { checkpoint, size } = this.#pinned;
    return this.#held.length === 0 || size <= stored.size ? stored : { checkpoint, size, seal: undefined };
  }

  async commit(commit: Commit): Promise<void> {
    await this.#records.commit({ ...commit, entries: [...this.#held, ...commit.entries] });
    this.#namesPin = pinNamedIn(commit.seal) !== undefined;
    this.#forgetHeld();
  }

  /** Stores what is held, of which the seal is. */
  async store(seal: Uint8Array): Promise<void> {
    if (this.#held.length > 0) await this.commit({ ...NOTHING, seal });
  }

  /** @param seal of everything, that names no pin */
  async keepCheckpoint(checkpoint: string, seal: Uint8Array): Promise<void> {
    if (this.#held.length > 0)
      await this.#records.commit({ ...NOTHING, entries: this.#held, checkpoint, seal });
    else await this.#records.keepCheckpoint(checkpoint, seal);
    this.#namesPin = false;
    this.#forgetHeld();
  }

  async entries(from: number, to: number): Promise<readonly StoredEntry[]> {
    const held = this.#held;
    const first = held[0]?.index ?? to;
    const stored = from < first ? await this.#records.entries(from, Math.min(first, to)) : [];
    return [...stored, ...held.filter(({ index }) => index >= from && index < to)];
  }

  streamVersions(...o: Parameters<LogRecords['streamVersions']>): ReturnType<LogRecords['streamVersions']> {
    return this.#records.streamVersions(...o);
  }

  streamSegments(...o: Parameters<LogRecords['streamSegments']>): ReturnType<LogRecords['streamSegments']> {
    return this.#records.streamSegments(...o);
  }

  subjectIndexes(...o: Parameters<LogRecords['subjectIndexes']>): ReturnType<LogRecords['subjectIndexes']> {
    return this.#records.subjectIndexes(...o);
  }

  keyIndexes(...o: Parameters<LogRecords['keyIndexes']>): ReturnType<LogRecords['keyIndexes']> {
    return this.#records.keyIndexes(...o);
  }

  indexedPositions(): ReturnType<LogRecords['indexedPositions']> {
    return this.#records.indexedPositions();
  }

  tile(level: number, index: number): Awaitable<Uint8Array | undefined> {
    return this.#records.tile(level, index);
  }

  personal(index: number): Awaitable<Uint8Array | undefined> {
    return this.#records.personal(index);
  }

  subjectKey(subject: string): Awaitable<Uint8Array | undefined> {
    return this.#records.subjectKey(subject);
  }

  keepSubjectKey(subject: string, wrapped: Uint8Array): Awaitable<void> {
    return this.#records.keepSubjectKey(subject, wrapped);
  }

  eraseSubject(subject: string): Awaitable<void> {
    return this.#records.eraseSubject(subject);
  }

  firstIndex(): Awaitable<number> {
    return this.#records.firstIndex();
  }

  firstPersonalIndex(): Awaitable<number | undefined> {
    return this.#records.firstPersonalIndex();
  }

  deleteEntries(before: number): Awaitable<void> {
    return this.#records.deleteEntries(before);
  }

  close(): Awaitable<void> {
    return this.#records.close();
  }

  #unpinned(): readonly Uint8Array[] {
    return this.#held.slice(this.#kept ?? 0).map(({ bytes }) => bytes);
  }

  #forgetHeld(): void {
    this.#held = [];
    this.#kept = undefined;
  }
}

const NOTHING = {
  entries: [],
  tiles: [],
  streams: new Map(),
  subjects: new Map(),
  keys: new Map(),
  personal: [],
  checkpoint: undefined,
};
