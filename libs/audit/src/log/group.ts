import { LogError } from '../log-error.ts';
import { entryJson } from '../event/entry.ts';
import type { PreparedEvent } from '../event/new-event.ts';
import type { MerkleTree } from '../merkle/merkle-tree.ts';
import { framedLeafHash } from '../merkle/tree-hash.ts';
import type { Addition, SealedPersonalData, StoredEntry } from '../store/log-records.ts';
import type { KnownPositions, PositionIndex } from './position-index.ts';
import { Positions } from './positions.ts';

/** Where the log ends: what the next entry continues. */
export interface LogHead {
  /** Leaf hash of the last entry, in hexadecimal as the next entry names it. */
  readonly leafHashHex: string;
  /** Time of the last entry. */
  readonly time: number;
}

/** What an event was given when it entered a group. */
export interface Placement {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly stream: string;
  readonly streamVersion: number;
}

/** What becomes of a call: new entries, or those that its idempotency keys already name. */
export type Placed =
  | { readonly placements: readonly Placement[]; readonly repeats?: undefined }
  | { readonly repeats: readonly number[]; readonly placements?: undefined };

/** Entries that will be committed together. It grows the tree as it goes; whoever discards it rewinds the tree. */
export class Group {
  readonly #tree: MerkleTree;
  readonly #known: KnownPositions;
  readonly #originJson: string;
  readonly #time: number;
  #leafHashHex: string;
  readonly #entries: StoredEntry[] = [];
  readonly #personal: SealedPersonalData[] = [];
  readonly #added = new Positions();

  /**
   * @param originJson the origin in canonical form
   * @param known what the index says about the streams and keys of all events that will be added
   * @param time of every entry, not before that of the head
   */
  constructor(originJson: string, tree: MerkleTree, head: LogHead, known: KnownPositions, time: number) {
    this.#originJson = originJson;
    this.#tree = tree;
    this.#leafHashHex = head.leafHashHex;
    this.#known = known;
    this.#time = time;
  }

  get head(): LogHead {
    return { leafHashHex: this.#leafHashHex, time: this.#time };
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /**
   * Takes all of the events, or none: those that were appended before, under the same idempotency keys, are not taken
   * again.
   *
   * @throws LogError `version-conflict` or `idempotency-conflict` before anything is changed.
   */
  add(events: readonly PreparedEvent[]): Placed {
    const repeats = this.#repeats(events);
    if (repeats !== undefined) return { repeats };
    this.#checkVersions(events);
    return { placements: events.map((event) => this.#place(event)) };
  }

  /**
   * What is to be made durable.
   *
   * @param checkpoint a signed one to be stored with it
   */
  addition(index: PositionIndex, checkpoint: string | undefined): Addition {
    const { streams, subjects, keys } = index.toStore(this.#added, this.#tree.size);
    const tiles = this.#tree.changedTiles();
    return { entries: this.#entries, tiles, streams, subjects, keys, personal: this.#personal, checkpoint };
  }

  /** To be called when it is durable. */
  committed(index: PositionIndex): void {
    index.adopt(this.#added, this.#tree.size);
  }

  /** The entries that these events are already; `undefined` when they are new. */
  #repeats(events: readonly PreparedEvent[]): readonly number[] | undefined {
    if (events.every(({ idempotencyKey }) => idempotencyKey === undefined)) return undefined;
    const keys = events.flatMap(({ idempotencyKey }) => idempotencyKey ?? []);
    const found = keys.flatMap((key) => this.#added.keys.get(key) ?? this.#known.indexOfKey(key) ?? []);
    if (found.length === 0 && new Set(keys).size === keys.length) return undefined;
    const isWhole =
      found.length === events.length && found.every((at, place) => at === (found[0] ?? 0) + place);
    if (isWhole) return found;
    throw new LogError('idempotency-conflict', 'some of the events were appended before, and not as these', {
      value: `${found.length} of ${events.length} events`,
      limit: 'a call is appended once, or repeated as a whole',
    });
  }

  #checkVersions(events: readonly PreparedEvent[]): void {
    if (events.every((event) => event.expectedVersion === undefined)) return;
    const added = new Map<string, number>();
    for (const { stream, expectedVersion } of events) {
      const before = added.get(stream) ?? 0;
      added.set(stream, before + 1);
      if (expectedVersion === undefined) continue;
      const version = this.#versionOf(stream) + before;
      if (version !== expectedVersion) {
        throw new LogError('version-conflict', `stream ${JSON.stringify(stream)} is at version ${version}`, {
          value: `version ${version}`,
          limit: `expected version ${expectedVersion}`,
        });
      }
    }
  }

  #versionOf(stream: string): number {
    return this.#added.lastVersion(stream) ?? this.#known.version(stream);
  }

  #place(event: PreparedEvent): Placement {
    const { stream, subject, idempotencyKey, personal } = event;
    const index = this.#tree.size;
    const streamVersion = this.#versionOf(stream) + 1;
    this.#added.add({ index, stream, streamVersion, subject, idempotencyKey });
    const json = entryJson(event, this.#originJson, index, this.#time, streamVersion, this.#leafHashHex);
    // Encoded behind the zero byte of a leaf hash, so that hashing does not copy the entry.
    const framed = Buffer.from(`\0${json}`);
    this.#leafHashHex = framedLeafHash(framed);
    const leafHash = Buffer.from(this.#leafHashHex, 'hex');
    this.#entries.push({ index, leafHash, bytes: framed.subarray(1) });
    this.#tree.append(leafHash);
    if (personal !== undefined && subject !== undefined) {
      this.#personal.push({ index, subject, sealed: personal.sealed });
    }
    return { index, leafHash, stream, streamVersion };
  }
}
