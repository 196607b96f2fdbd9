import { LogError } from '../log-error.ts';
import { entryJson } from '../event/entry.ts';
import type { PreparedEvent } from '../event/new-event.ts';
import type { MerkleTree } from '../merkle/merkle-tree.ts';
import { framedLeafHash } from '../merkle/tree-hash.ts';
import type { Commit, StoredEntry } from '../store/log-store.ts';
import type { PositionIndex } from './position-index.ts';
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

/** Entries that will be committed together. It grows the tree as it goes; whoever discards it rewinds the tree. */
export class Group {
  readonly #tree: MerkleTree;
  readonly #index: PositionIndex;
  readonly #originJson: string;
  readonly #time: number;
  #leafHashHex: string;
  readonly #entries: StoredEntry[] = [];
  readonly #added = new Positions();

  /**
   * @param originJson the origin in canonical form
   * @param clockTime milliseconds of the clock; a clock that was set back does not take the log back
   */
  constructor(originJson: string, tree: MerkleTree, head: LogHead, index: PositionIndex, clockTime: number) {
    this.#originJson = originJson;
    this.#tree = tree;
    this.#leafHashHex = head.leafHashHex;
    this.#index = index;
    this.#time = Math.max(clockTime, head.time);
  }

  get head(): LogHead {
    return { leafHashHex: this.#leafHashHex, time: this.#time };
  }

  /**
   * Takes all of the events, or none.
   *
   * @throws LogError `version-conflict` before anything is changed.
   */
  add(events: readonly PreparedEvent[]): Placement[] {
    this.#checkVersions(events);
    return events.map((event) => this.#place(event));
  }

  /**
   * What the store is to make durable.
   *
   * @param head the latest signed checkpoint, and the seal of the tree with this group
   */
  commit(head: { readonly checkpoint: string; readonly seal: Uint8Array }): Commit {
    const { streams, subjects } = this.#index.toStore(this.#added, this.#tree.size);
    return { entries: this.#entries, tiles: this.#tree.changedTiles(), streams, subjects, ...head };
  }

  /** To be called when the commit is durable. */
  committed(): void {
    this.#index.adopt(this.#added, this.#tree.size);
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
    return this.#added.lastVersion(stream) ?? this.#index.streamVersion(stream);
  }

  #place(event: PreparedEvent): Placement {
    const index = this.#tree.size;
    const streamVersion = this.#versionOf(event.stream) + 1;
    this.#added.add(index, event.stream, streamVersion, event.subject);
    const json = entryJson(event, this.#originJson, index, this.#time, streamVersion, this.#leafHashHex);
    // Encoded behind the zero byte of a leaf hash, so that hashing does not copy the entry.
    const framed = Buffer.from(`\0${json}`);
    this.#leafHashHex = framedLeafHash(framed);
    const leafHash = Buffer.from(this.#leafHashHex, 'hex');
    this.#entries.push({ index, leafHash, bytes: framed.subarray(1) });
    this.#tree.append(leafHash);
    return { index, leafHash, stream: event.stream, streamVersion };
  }
}
