import type { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import { LogError } from '../log-error.ts';
import type { ConsistencyProver } from '../merkle/consistency-prover.ts';
import type { ObserveLog } from '../metrics/log-observation.ts';
import type { CheckpointPin } from '../pin/checkpoint-pin.ts';
import { pinWith } from '../pin/pin-with.ts';
import type { Addition, LogRecords } from '../store/log-records.ts';
import type { SignedHead, TreeHead } from './signed-head.ts';
import type { TrailingRecords } from './trailing-records.ts';

/** Where groups are made durable. */
export interface DurablePlaces {
  readonly records: LogRecords;
  readonly pin: CheckpointPin | undefined;
  /** The same records, where the pin keeps entries that they do not have yet. */
  readonly trailing: TrailingRecords | undefined;
}

/**
 * Makes groups durable, one at a time: in the store or, for a while, in the pin alone; and, where the log has a pin, under a
 * signed checkpoint that is pinned.
 */
export class Durability {
  readonly #issuer: CheckpointIssuer;
  readonly #records: LogRecords;
  readonly #pin: CheckpointPin | undefined;
  readonly #trailing: TrailingRecords | undefined;
  readonly #signedHead: SignedHead;
  readonly #observe: ObserveLog;
  /** Whether a group may be stored, or in the pin, that is not known to be pinned. */
  #unacknowledged = false;
  /** Whether storing what is in the pin alone was tried since the last group. */
  #hasSettled = true;

  constructor(issuer: CheckpointIssuer, places: DurablePlaces, signedHead: SignedHead, observe: ObserveLog) {
    this.#issuer = issuer;
    this.#records = places.records;
    this.#pin = places.pin;
    this.#trailing = places.trailing;
    this.#signedHead = signedHead;
    this.#observe = observe;
  }

  /** @throws LogError `log-unusable` once the outcome of a commit or of a pin is unknown */
  requireUsable(): void {
    if (this.isUsable) return;
    throw new LogError('log-unusable', 'an earlier commit ended with an unknown outcome; open the log again');
  }

  get isUsable(): boolean {
    return this.#records.usable && !this.#unacknowledged;
  }

  /** Whether {@link settle} has something to do that was not tried yet. */
  get isBehind(): boolean {
    return this.#trailing?.isBehind === true && !this.#hasSettled;
  }

  /**
   * Resolves when a group is durable, with the checkpoint that is pinned, where there is a pin.
   *
   * @param head of the tree with it
   * @throws LogError: then none of it is durable, unless the log is no longer usable
   */
  async keep(addition: Addition, head: TreeHead, prove: ConsistencyProver): Promise<string | undefined> {
    const trailing = this.#trailing;
    this.#hasSettled = false;
    if (trailing?.hold(addition) === true) return await this.#keepInPin(trailing, addition, head, prove);
    // What is signed here while the disk syncs is shown to nobody before it is durable.
    const signing = this.#pin === undefined ? undefined : this.#signedHead.sign(head);
    signing?.catch(() => undefined);
    await this.#records.commit({ ...addition, seal: this.#seal(head) });
    this.#signedHead.stored(addition.checkpoint);
    return signing === undefined ? undefined : await this.#pinned(signing, head, prove);
  }

  /**
   * Stores what is in the pin alone.
   *
   * @param head of the log
   * @throws LogError what the store throws
   */
  async settle(head: TreeHead): Promise<void> {
    this.#hasSettled = true;
    if (this.isUsable) await this.#trailing?.store(this.#seal(head));
  }

  /**
   * Ends with a checkpoint in the store that covers all of it.
   *
   * @param head of the log
   * @returns the checkpoint
   * @throws LogError `signer-failed`, or what the store throws
   */
  async storeCheckpoint({ size, rootHash }: TreeHead): Promise<string> {
    const note = await this.#signedHead.latest();
    const trailing = this.#trailing;
    if (trailing?.isOpenEnded === true) {
      this.requireUsable();
      await trailing.keepCheckpoint(note, this.#issuer.headSeal.seal(size, rootHash));
    } else if (this.#signedHead.unstored === note) await this.#records.keepCheckpoint(note);
    this.#signedHead.stored(note);
    return note;
  }

  async #keepInPin(
    trailing: TrailingRecords,
    addition: Addition,
    head: TreeHead,
    prove: ConsistencyProver,
  ): Promise<string> {
    let checkpoint: string;
    try {
      checkpoint = await this.#signedHead.sign(head, false);
      if (!trailing.fitsBeside(checkpoint)) await trailing.store(this.#seal(head));
    } catch (error) {
      // Nobody has seen it: neither the store nor the pin has any of it.
      trailing.release(addition.entries.length);
      throw error;
    }
    return await this.#pinned(checkpoint, head, prove);
  }

  /** Never ahead of what can be opened again: a pin of what a crash then loses would look like a rollback. */
  async #pinned(
    signing: string | Promise<string>,
    { size }: TreeHead,
    prove: ConsistencyProver,
  ): Promise<string> {
    try {
      const checkpoint = typeof signing === 'string' ? signing : await signing;
      const start = performance.now();
      if (this.#trailing === undefined) await pinWith(this.#pin, checkpoint, prove);
      else await this.#trailing.pin(checkpoint, size);
      this.#observe({ kind: 'pinned', size, milliseconds: performance.now() - start });
      return checkpoint;
    } catch (error) {
      this.#unacknowledged = true;
      throw error;
    }
  }

  #seal({ size, rootHash }: TreeHead): Uint8Array {
    return this.#issuer.headSeal.seal(size, rootHash, this.#trailing?.pinId);
  }
}
