import type { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import { canonicalString } from '../event/canonical-json.ts';
import type { PreparedEvent } from '../event/new-event.ts';
import { isLogError } from '../log-error.ts';
import { consistencyProver } from '../merkle/consistency-prover.ts';
import type { MerkleTree } from '../merkle/merkle-tree.ts';
import { SubtreeHashes } from '../merkle/subtree-hashes.ts';
import { harmless, type ObserveLog } from '../metrics/log-observation.ts';
import type { Awaitable } from '../store/awaitable.ts';
import type { LogRecords } from '../store/log-records.ts';
import { Durability, type DurablePlaces } from './durability.ts';
import { Group, type LogHead } from './group.ts';
import { LogClock } from './log-clock.ts';
import type { PositionIndex } from './position-index.ts';
import type { Receipt } from './receipt.ts';
import { SignedHead, type TreeHead } from './signed-head.ts';
import { namesOf, placeCalls, receiptsOf, type WaitingCall } from './waiting-call.ts';

/** A group takes no further call once it holds this many events, so that one commit stays short. */
const EVENTS_PER_GROUP = 8192;

/** How a sequencer works; as in the options of a log. */
export interface SequencerOptions {
  readonly origin: string;
  readonly clock?: () => number;
  readonly observe?: ObserveLog;
}

/** What a sequencer continues. */
export interface SequencerState {
  readonly tree: MerkleTree;
  readonly head: LogHead;
  readonly index: PositionIndex;
  /** The stored note, and how many entries it covers. */
  readonly checkpoint: string;
  readonly checkpointSize: number;
}

/**
 * The one place where entries get their order. Calls that arrive while a commit runs, or in one turn of the event
 * loop, share the next commit: one seal and one fsync for all of them.
 *
 * Nothing is acknowledged that is not durable and sealed under the log's key, nor, where the log has a pin, before a
 * signed checkpoint that covers it is pinned. Nothing here is ahead of what is durable: a group that fails is undone as
 * a whole.
 */
export class Sequencer {
  readonly #origin: string;
  readonly #originJson: string;
  readonly #records: LogRecords;
  readonly #clock: LogClock;
  readonly #observe: ObserveLog;
  readonly #tree: MerkleTree;
  readonly #index: PositionIndex;
  readonly #signedHead: SignedHead;
  readonly #durability: Durability;
  #head: LogHead;
  #size: number;
  #hashes: SubtreeHashes;
  #waiting: WaitingCall[] = [];
  /** What is to be done between two groups. */
  #tasks: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;
  #idle: NodeJS.Immediate | undefined;

  constructor(
    options: SequencerOptions,
    issuer: CheckpointIssuer,
    places: DurablePlaces,
    state: SequencerState,
  ) {
    this.#origin = options.origin;
    this.#originJson = canonicalString(options.origin);
    this.#records = places.records;
    this.#clock = new LogClock(options.clock ?? Date.now);
    this.#observe = harmless(options.observe);
    this.#tree = state.tree;
    this.#index = state.index;
    this.#head = state.head;
    this.#size = state.tree.size;
    const stored = { note: state.checkpoint, size: state.checkpointSize };
    this.#signedHead = new SignedHead(issuer, this.#treeHead(), stored, this.#observe);
    this.#durability = new Durability(issuer, places, this.#signedHead, this.#observe);
    this.#hashes = this.#subtreeHashes();
  }

  /** How many entries are durable. */
  get size(): number {
    return this.#size;
  }

  /** How many of them the latest signature covers. */
  get signedSize(): number {
    return this.#signedHead.signedSize;
  }

  /** Hashes of the tree, for proofs in trees of up to {@link size} leaves. */
  get hashes(): SubtreeHashes {
    return this.#hashes;
  }

  /** The hashes of a tile of the tree; more than those that are durable, while a commit is under way. */
  tile(level: number, index: number): Awaitable<Uint8Array | undefined> {
    return this.#tree.recentTile(level, index) ?? this.#records.tile(level, index);
  }

  /** Finds the entries that are durable. */
  get index(): PositionIndex {
    return this.#index;
  }

  append(events: readonly PreparedEvent[]): Promise<readonly Receipt[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /**
   * A signed note that covers everything that is durable now.
   *
   * @throws LogError `signer-failed`.
   */
  checkpoint(): Promise<string> {
    return this.#signedHead.latest();
  }

  /** Resolves when no call is waiting. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /**
   * A signed note that covers everything that is durable now, when the store has it too.
   *
   * @throws LogError `signer-failed`, or what the store throws.
   */
  storedCheckpoint(): Promise<string> {
    return this.#betweenGroups(() => this.#durability.storeCheckpoint(this.#treeHead()));
  }

  /**
   * Waits for the appends under way, and stores a last note; in a store that is full, the seal goes on to stand for it.
   *
   * @throws LogError as {@link storedCheckpoint}.
   */
  async finish(): Promise<void> {
    clearImmediate(this.#idle);
    await this.drained();
    if (!this.#durability.isUsable) return;
    try {
      await this.storedCheckpoint();
    } catch (error) {
      if (!isLogError(error) || error.code !== 'log-full') throw error;
    } finally {
      await this.drained();
      clearImmediate(this.#idle);
    }
  }

  async #run(): Promise<void> {
    while (this.#waiting.length + this.#tasks.length > 0) {
      // The rest of this turn of the event loop may still join the group.
      await nextTurn();
      for (const task of this.#tasks.splice(0)) await task();
      const calls = this.#takeGroup();
      if (calls.length === 0) continue;
      try {
        await this.#commitGroup(calls);
      } catch (error) {
        const code = isLogError(error) ? error.code : 'log-io';
        for (const call of calls) {
          this.#observe({ kind: 'failed', step: 'append', code });
          call.reject(error);
        }
      }
    }
    this.#running = undefined;
    this.#whenIdle();
  }

  #betweenGroups<T>(task: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#tasks.push(() => task().then(resolve, reject));
      this.#running ??= this.#run();
    });
  }

  #takeGroup(): WaitingCall[] {
    let events = 0;
    let calls = 0;
    for (; calls < this.#waiting.length && events < EVENTS_PER_GROUP; calls += 1) {
      events += this.#waiting[calls]?.events.length ?? 0;
    }
    return this.#waiting.splice(0, calls);
  }

  /** @throws LogError when none of the calls took effect. */
  async #commitGroup(calls: readonly WaitingCall[]): Promise<void> {
    this.#durability.requireUsable();
    const time = this.#clock.after(this.#head.time);
    const { streams, keys } = namesOf(calls);
    const known = await this.#index.know(streams, keys);
    const mark = this.#tree.mark();
    try {
      const group = new Group(this.#originJson, this.#tree, this.#head, known, time);
      const placedCalls = placeCalls(group, calls, this.#observe);
      if (!group.isEmpty) await this.#makeDurable(group, placedCalls.length);
      for (const { call, placed } of placedCalls)
        call.resolve(receiptsOf(call, placed, this.#records, this.#origin));
    } catch (error) {
      this.#tree.rewind(mark);
      this.#hashes = this.#subtreeHashes();
      throw error;
    }
  }

  async #makeDurable(group: Group, calls: number): Promise<void> {
    const start = performance.now();
    const entries = this.#tree.size - this.#size;
    const head = this.#treeHead();
    const addition = group.addition(this.#index, this.#signedHead.unstored);
    const prove = consistencyProver(this.#hashes, head.size);
    const pinned = await this.#durability.keep(addition, head, prove);
    group.committed(this.#index);
    this.#head = group.head;
    this.#size = head.size;
    this.#signedHead.advance(head);
    if (pinned !== undefined) this.#signedHead.adopt(pinned);
    const milliseconds = performance.now() - start;
    this.#observe({ kind: 'committed', entries, calls, size: head.size, milliseconds });
    if (this.#signedHead.isDue) this.#signInBackground();
  }

  #whenIdle(): void {
    this.#idle ??= setImmediate(() => {
      this.#idle = undefined;
      if (this.#running !== undefined) return;
      if (!this.#signedHead.isSigned) this.#signInBackground();
      if (this.#durability.isBehind) this.#settleInBackground();
    });
  }

  /** A store that is full is met by the next append; what it lacks stays where it is durable. */
  #settleInBackground(): void {
    this.#betweenGroups(() => this.#durability.settle(this.#treeHead())).catch(() => undefined);
  }

  /** A signer that fails now is met by whoever asks for the checkpoint; the entries are durable and sealed. */
  #signInBackground(): void {
    this.#signedHead.latest().catch(() => undefined);
  }

  /** Of the tree as it is now: more than the log, while a group is under way. */
  #treeHead(): TreeHead {
    return { size: this.#tree.size, rootHash: this.#tree.root() };
  }

  #subtreeHashes(): SubtreeHashes {
    return new SubtreeHashes((level, index) => this.tile(level, index));
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
