import type { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import type { ObserveLog } from '../metrics/log-observation.ts';
import { isLogError } from '../log-error.ts';
import { TILE_WIDTH } from '../merkle/tile.ts';

/** A tree that is durable, and its root. */
export interface TreeHead {
  readonly size: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/**
 * Keeps the signed note of the durable head. One signature costs as much as a durable commit, and covers everything
 * before it: so it is made when somebody asks for it, when the log has nothing else to do, and at the latest a full tile
 * after the one before. Until then the seal in the store stands for it.
 */
export class SignedHead {
  readonly #issuer: CheckpointIssuer;
  readonly #observe: ObserveLog;
  #head: TreeHead;
  #note: string;
  #signedSize: number;
  #storedNote: string;
  #signing: Promise<void> | undefined;

  /** @param stored the note in the store, and how many entries it covers */
  constructor(
    issuer: CheckpointIssuer,
    head: TreeHead,
    stored: { readonly note: string; readonly size: number },
    observe: ObserveLog,
  ) {
    this.#issuer = issuer;
    this.#observe = observe;
    this.#head = head;
    this.#note = stored.note;
    this.#storedNote = stored.note;
    this.#signedSize = stored.size;
  }

  /** How many entries the latest note covers. */
  get signedSize(): number {
    return this.#signedSize;
  }

  /** Whether the latest note covers the whole log. */
  get isSigned(): boolean {
    return this.#signedSize === this.#head.size;
  }

  /** Whether a full tile of entries waits for a signature. */
  get isDue(): boolean {
    return this.#head.size - this.#signedSize >= TILE_WIDTH;
  }

  /** The latest note, when the store does not have it yet. */
  get unstored(): string | undefined {
    return this.#note === this.#storedNote ? undefined : this.#note;
  }

  /** Takes note that the store has a note. */
  stored(note: string | undefined): void {
    this.#storedNote = note ?? this.#storedNote;
  }

  /** Takes note of what became durable. */
  advance(head: TreeHead): void {
    this.#head = head;
  }

  /** Takes a note that was made for the durable head. */
  adopt(note: string): void {
    this.#note = note;
    this.#signedSize = this.#head.size;
  }

  /**
   * A signed note that covers everything that is durable now.
   *
   * @throws LogError `signer-failed`.
   */
  async latest(): Promise<string> {
    const { size } = this.#head;
    while (this.#signedSize < size) {
      this.#signing ??= this.#sign().finally(() => {
        this.#signing = undefined;
      });
      await this.#signing;
    }
    return this.#note;
  }

  /**
   * Signs a tree that is not the log's head yet; the note is kept back until it is.
   *
   * @param isBeside whether there is something else to do meanwhile
   * @throws LogError `signer-failed`.
   */
  async sign({ size, rootHash }: TreeHead, isBeside = true): Promise<string> {
    const start = performance.now();
    try {
      const note = await this.#issuer.issue(size, rootHash, isBeside);
      this.#observe({ kind: 'signed', size, milliseconds: performance.now() - start });
      return note;
    } catch (error) {
      this.#observe({ kind: 'failed', step: 'sign', code: isLogError(error) ? error.code : 'signer-failed' });
      throw error;
    }
  }

  async #sign(): Promise<void> {
    const { size } = this.#head;
    const note = await this.sign(this.#head);
    // A note that was made for a pin meanwhile covers more.
    if (size <= this.#signedSize) return;
    this.#note = note;
    this.#signedSize = size;
  }
}
