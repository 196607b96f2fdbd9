import type { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import type { HeadSeal } from '../checkpoint/head-seal.ts';
import { canonicalString } from '../event/canonical-json.ts';
import type { PreparedEvent } from '../event/new-event.ts';
import { isLogError, LogError } from '../log-error.ts';
import type { MerkleTree } from '../merkle/merkle-tree.ts';
import { SubtreeHashes } from '../merkle/subtree-hashes.ts';
import type { CheckpointPin } from '../pin/checkpoint-pin.ts';
import type { LogStore } from '../store/log-store.ts';
import { Group, type LogHead, type Placement } from './group.ts';
import type { PositionIndex } from './position-index.ts';
import type { Receipt } from './receipt.ts';

/** A group takes no further call once it holds this many events, so that one commit stays short. */
const EVENTS_PER_GROUP = 8192;

interface WaitingCall {
  readonly events: readonly PreparedEvent[];
  readonly resolve: (receipts: readonly Receipt[]) => void;
  readonly reject: (error: unknown) => void;
}

interface PlacedCall {
  readonly call: WaitingCall;
  readonly placements: readonly Placement[];
}

/** How a sequencer works; as in the options of a log. */
export interface SequencerOptions {
  readonly origin: string;
  readonly clock?: () => number;
  readonly pin?: CheckpointPin;
}

/** What a sequencer continues. */
export interface SequencerState {
  readonly tree: MerkleTree;
  readonly head: LogHead;
  readonly index: PositionIndex;
  readonly checkpoint: string;
}

/**
 * The one place where entries get their order. Calls that arrive while a commit runs, or in one turn of the event
 * loop, share the next commit: one signature and one fsync for all of them.
 *
 * Nothing is acknowledged that is not durable and covered by a signed checkpoint, and nothing here is ahead of what is
 * durable: a group that fails is undone as a whole. The signature is made while the store syncs; should the process end
 * between the two, opening the log finds the sealed head and signs it.
 */
export class Sequencer {
  readonly #origin: string;
  readonly #originJson: string;
  readonly #issuer: CheckpointIssuer;
  readonly #headSeal: HeadSeal;
  readonly #store: LogStore;
  readonly #clock: () => number;
  readonly #pin: CheckpointPin | undefined;
  readonly #tree: MerkleTree;
  readonly #index: PositionIndex;
  #head: LogHead;
  #checkpoint: string;
  #size: number;
  #hashes: SubtreeHashes;
  #waiting: WaitingCall[] = [];
  #running: Promise<void> | undefined;
  /** Whether a group went to the store that could not be signed or pinned. */
  #unacknowledged = false;

  constructor(options: SequencerOptions, issuer: CheckpointIssuer, store: LogStore, state: SequencerState) {
    this.#origin = options.origin;
    this.#originJson = canonicalString(options.origin);
    this.#issuer = issuer;
    this.#headSeal = issuer.headSeal;
    this.#store = store;
    this.#clock = options.clock ?? Date.now;
    this.#pin = options.pin;
    this.#tree = state.tree;
    this.#index = state.index;
    this.#head = state.head;
    this.#checkpoint = state.checkpoint;
    this.#size = state.tree.size;
    this.#hashes = this.#subtreeHashes();
  }

  /** How many entries are durable. */
  get size(): number {
    return this.#size;
  }

  /** The signed note that covers all of them. */
  get checkpoint(): string {
    return this.#checkpoint;
  }

  /** Hashes of the tree, for proofs in trees of up to {@link size} leaves. */
  get hashes(): SubtreeHashes {
    return this.#hashes;
  }

  /** Finds the entries that are durable by stream and subject. */
  get index(): PositionIndex {
    return this.#index;
  }

  append(events: readonly PreparedEvent[]): Promise<readonly Receipt[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when no call is waiting. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // The rest of this turn of the event loop may still join the group.
      await nextTurn();
      const calls = this.#takeGroup();
      try {
        await this.#commitGroup(calls);
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    }
    this.#running = undefined;
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
    if (!this.#store.usable || this.#unacknowledged) {
      throw new LogError(
        'log-unusable',
        'an earlier commit ended with an unknown outcome; open the log again',
      );
    }
    const mark = this.#tree.mark();
    try {
      const group = new Group(this.#originJson, this.#tree, this.#head, this.#index, this.#now());
      const placed = placeCalls(group, calls);
      if (placed.length === 0) return;
      const checkpoint = await this.#makeDurable(group);
      group.committed();
      this.#head = group.head;
      this.#checkpoint = checkpoint;
      this.#size = this.#tree.size;
      for (const { call, placements } of placed) call.resolve(this.#receipts(placements));
    } catch (error) {
      this.#tree.rewind(mark);
      this.#hashes = this.#subtreeHashes();
      throw error;
    }
  }

  /** Stores a group, signs the tree with it while the store syncs, and pins what was signed. */
  async #makeDurable(group: Group): Promise<string> {
    const size = this.#tree.size;
    const root = this.#tree.root();
    const seal = this.#headSeal.seal(size, root);
    const stored = this.#store.commit(group.commit({ checkpoint: this.#checkpoint, seal }));
    let checkpoint: string;
    try {
      checkpoint = this.#issuer.issue(size, root);
    } catch (error) {
      this.#unacknowledged = true;
      await Promise.allSettled([stored]);
      throw error;
    }
    await stored;
    // Never ahead of the store: a pin of what a crash then loses would look like a rollback.
    await this.#pinned(checkpoint);
    return checkpoint;
  }

  async #pinned(checkpoint: string): Promise<void> {
    if (this.#pin === undefined) return;
    try {
      await this.#pin.pin(checkpoint);
    } catch (error) {
      this.#unacknowledged = true;
      if (isLogError(error)) throw error;
      throw new LogError('pin-failed', 'the checkpoint could not be pinned', { cause: error });
    }
  }

  #receipts(placements: readonly Placement[]): Receipt[] {
    return placements.map(({ index, leafHash, stream, streamVersion }) => ({
      origin: this.#origin,
      index,
      leafHash: new Uint8Array(leafHash),
      stream,
      streamVersion,
      checkpoint: this.#checkpoint,
    }));
  }

  #subtreeHashes(): SubtreeHashes {
    return new SubtreeHashes(
      (level, index) => this.#tree.recentTile(level, index) ?? this.#store.tile(level, index),
    );
  }

  #now(): number {
    const time = this.#clock();
    if (Number.isSafeInteger(time) && time >= 0) return time;
    throw new LogError('clock-malformed', 'the clock gave no time', {
      value: String(time),
      limit: 'whole milliseconds since 1970',
    });
  }
}

/** Calls that fit the versions of their streams; the others are refused alone. */
function placeCalls(group: Group, calls: readonly WaitingCall[]): PlacedCall[] {
  return calls.flatMap((call) => {
    try {
      return [{ call, placements: group.add(call.events) }];
    } catch (error) {
      if (!(error instanceof LogError && error.code === 'version-conflict')) throw error;
      call.reject(error);
      return [];
    }
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
