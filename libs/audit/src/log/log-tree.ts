import type { Checkpoint } from '../checkpoint/checkpoint-text.ts';
import { LogError } from '../log-error.ts';
import { consistencyProof } from '../merkle/consistency-proof.ts';
import { inclusionProof } from '../merkle/inclusion-proof.ts';
import { partialWidth, TILE_WIDTH } from '../merkle/tile.ts';
import { EMPTY_ROOT, HASH_BYTES } from '../merkle/tree-hash.ts';
import type { Sequencer } from './sequencer.ts';

/** Levels of a tree of as many leaves as a number can count: 256 to the power of 6 is more than 2^53. */
const MAX_LEVEL = 6;

/** Everything that is proven from the durable tree of a log. What it gives are copies, which the caller may change. */
export class LogTree {
  readonly #sequencer: Sequencer;

  constructor(sequencer: Sequencer) {
    this.#sequencer = sequencer;
  }

  /** @throws LogError `index-out-of-range`. */
  async inclusionProof(index: number, treeSize: number): Promise<Uint8Array[]> {
    this.#refuseBeyond('tree size', treeSize, 1, this.#sequencer.size);
    this.#refuseBeyond('index', index, 0, treeSize - 1);
    return copies(await inclusionProof(this.#sequencer.hashes, index, treeSize));
  }

  /** @throws LogError `index-out-of-range`. */
  async consistencyProof(from: number, to: number): Promise<Uint8Array[]> {
    this.#refuseBeyond('tree size', to, 0, this.#sequencer.size);
    this.#refuseBeyond('tree size', from, 0, to);
    return copies(await consistencyProof(this.#sequencer.hashes, from, to));
  }

  /** @throws LogError `index-out-of-range`, `log-corrupt`. */
  async tile(level: number, index: number, treeSize: number): Promise<Uint8Array> {
    this.#refuseBeyond('tree size', treeSize, 1, this.#sequencer.size);
    this.#refuseBeyond('level', level, 0, MAX_LEVEL);
    const whole = Math.floor(treeSize / TILE_WIDTH ** (level + 1));
    const partial = partialWidth(treeSize, level);
    this.#refuseBeyond('tile', index, 0, partial > 0 ? whole : whole - 1);
    const bytes = (index < whole ? TILE_WIDTH : partial) * HASH_BYTES;
    const hashes = await this.#sequencer.tile(level, index);
    if (hashes !== undefined && hashes.length >= bytes) return hashes.slice(0, bytes);
    throw new LogError('log-corrupt', `tile ${level}/${index} is missing or too short`, {
      value: `${level}/${index}`,
    });
  }

  /** @throws LogError `log-rolled-back` unless the log began with exactly that tree. */
  async requireTree({ size, rootHash }: Checkpoint): Promise<void> {
    const isWithin = size <= this.#sequencer.size;
    const root = size === 0 ? EMPTY_ROOT : isWithin && (await this.#sequencer.hashes.range(0, size));
    if (root !== false && Buffer.compare(root, rootHash) === 0) return;
    throw new LogError('log-rolled-back', 'the log does not contain the checkpoint', {
      value: `${this.#sequencer.size} entries`,
      limit: `a checkpoint of ${size} entries`,
    });
  }

  /** @throws LogError `index-out-of-range` unless there is such an entry in the log. */
  refuseNoEntry(index: number): void {
    this.#refuseBeyond('index', index, 0, this.#sequencer.size - 1);
  }

  #refuseBeyond(what: string, given: number, least: number, most: number): void {
    if (Number.isSafeInteger(given) && least <= given && given <= most) return;
    throw new LogError('index-out-of-range', `the log has no such ${what}`, {
      value: String(given),
      limit: `${least} to ${most}`,
    });
  }
}

function copies(hashes: readonly Uint8Array[]): Uint8Array[] {
  return hashes.map((hash) => new Uint8Array(hash));
}
