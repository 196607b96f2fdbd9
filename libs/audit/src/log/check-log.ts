import { NO_PREVIOUS, type LogEntry } from '../event/entry.ts';
import { isLogError, type LogError } from '../log-error.ts';
import { MerkleTree } from '../merkle/merkle-tree.ts';
import { hashInTile, TILE_WIDTH } from '../merkle/tile.ts';
import { HASH_BYTES } from '../merkle/tree-hash.ts';
import { firstIndexIn, PRUNINGS } from '../prune/prune-log.ts';
import type { LogRecords } from '../store/log-records.ts';
import { IndexCheck, type IndexedPositions } from './check-indexes.ts';
import { type CheckProblem, CheckProblems } from './check-problems.ts';
import { storedBefore } from './position-index.ts';
import { readEntries } from './read-entries.ts';

/** The result of reading a whole log. */
export interface CheckReport {
  readonly ok: boolean;
  /** Entries of the log; those that were pruned were checked by their hashes alone. */
  readonly entries: number;
  /** At most 100, the first ones. */
  readonly problems: readonly CheckProblem[];
}

const ENTRIES_PER_TURN = 256;

/**
 * Reads a whole log and recomputes everything that is derived: chain, tree, tiles, indexes. The log may grow meanwhile.
 *
 * @param checkHead throws a LogError unless head and checkpoint are what they should be
 */
export async function checkLog(
  records: LogRecords,
  origin: string,
  checkHead: () => Promise<unknown>,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<CheckReport> {
  const problems = new CheckProblems();
  const { size, indexed } = await beginning(records, problems);
  const first = (await problems.attempt('entry', undefined, () => records.firstIndex())) ?? 0;
  const indexes = new IndexCheck(records, problems, first);
  const tree = new TreeCheck(records, problems);
  await tree.prunedEntries(first);
  let pruned = 0;
  for (let start = first; start < size; start += ENTRIES_PER_TURN) {
    const end = Math.min(start + ENTRIES_PER_TURN, size);
    const together = await readTogether(records, start, end, origin);
    const known = problems.all.length;
    for (let index = start; index < end; index += 1) {
      const entry = isLogError(together)
        ? await readAlone(records, problems, index, origin)
        : together[index - start];
      const isGapless = await tree.entry(index, entry);
      if (entry === undefined) continue;
      indexes.take(entry, isGapless);
      if (entry.stream === PRUNINGS) pruned = firstIndexIn(entry.body);
    }
    // What stands between the entries is damaged: each is found alone, and not all by reading on from the first.
    if (isLogError(together) && problems.all.length === known)
      problems.report('entry', start, together.message);
    onProgress(end, size);
    // Long work gives way to the rest of the process.
    await new Promise(setImmediate);
  }
  if (first > pruned) {
    problems.report(
      'entry',
      pruned,
      `entries ${pruned} to ${first - 1} are missing, and the log did not prune them`,
    );
  }
  if (tree.size === size) await indexes.compare(size, indexed);
  await problems.attempt('checkpoint', undefined, checkHead);
  return { ok: problems.all.length === 0, entries: size, problems: problems.all };
}

/** The size of the log and what was indexed at that size. */
async function beginning(
  records: LogRecords,
  problems: CheckProblems,
): Promise<{ readonly size: number; readonly indexed: IndexedPositions | undefined }> {
  let head = await problems.attempt('checkpoint', undefined, () => records.head());
  while (head !== undefined) {
    const { size } = head;
    const indexed = await problems.attempt('stream', undefined, () => records.indexedPositions());
    head = await problems.attempt('checkpoint', undefined, () => records.head());
    if (head !== undefined && storedBefore(head.size) === storedBefore(size)) return { size, indexed };
  }
  return { size: 0, indexed: undefined };
}

/** What is wrong, where any of the entries is damaged: then each is read alone, to find out which. */
async function readTogether(
  records: LogRecords,
  from: number,
  to: number,
  origin: string,
): Promise<readonly LogEntry[] | LogError> {
  try {
    return await readEntries(records, from, to, origin);
  } catch (error) {
    if (isLogError(error)) return error;
    throw error;
  }
}

async function readAlone(
  records: LogRecords,
  problems: CheckProblems,
  index: number,
  origin: string,
): Promise<LogEntry | undefined> {
  const read = await problems.attempt('entry', index, () => readEntries(records, index, index + 1, origin));
  return read?.[0];
}

/** Chain, times and tree. */
class TreeCheck {
  readonly #records: LogRecords;
  readonly #problems: CheckProblems;
  readonly #tree = new MerkleTree();
  #before: LogEntry | undefined;

  constructor(records: LogRecords, problems: CheckProblems) {
    this.#records = records;
    this.#problems = problems;
  }

  /** How many leaves there are without a gap. */
  get size(): number {
    return this.#tree.size;
  }

  /** The tree over entries that were pruned, from the tiles of their hashes. */
  async prunedEntries(before: number): Promise<void> {
    for (let start = 0; start < before; start += TILE_WIDTH) {
      const index = start / TILE_WIDTH;
      const hashes = await this.#problems.attempt('tile', start, () => this.#records.tile(0, index));
      if (hashes?.length !== TILE_WIDTH * HASH_BYTES) {
        this.#problems.report('tile', start, `tile 0/${index} over pruned entries is missing`);
        return;
      }
      for (let leaf = 0; leaf < TILE_WIDTH; leaf += 1) await this.#append(start, hashInTile(hashes, leaf));
    }
  }

  /**
   * Takes the entry at a position, `undefined` where it cannot be read. What is derived from the entries behind such a gap
   * is not comparable, and no neighbour is charged with the damage.
   *
   * @returns whether there was no gap before it
   */
  async entry(index: number, entry: LogEntry | undefined): Promise<boolean> {
    const isGapless = this.#tree.size === index;
    if (entry !== undefined) this.#continues(entry);
    this.#before = entry;
    if (entry !== undefined && isGapless) await this.#append(index, entry.leafHash);
    return isGapless;
  }

  #continues(entry: LogEntry): void {
    const before = this.#before;
    if (before === undefined && entry.index > 0) return;
    if (Buffer.compare(entry.previous, before?.leafHash ?? NO_PREVIOUS) !== 0) {
      this.#problems.report('chain', entry.index, 'the entry does not continue the one before');
    }
    if (before !== undefined && entry.time < before.time) {
      this.#problems.report('time', entry.index, 'the entry is earlier than the one before');
    }
  }

  async #append(index: number, leafHash: Uint8Array): Promise<void> {
    this.#tree.mark();
    this.#tree.append(leafHash);
    for (const tile of this.#tree.changedTiles()) {
      const stored = await this.#problems.attempt('tile', index, () =>
        this.#records.tile(tile.level, tile.index),
      );
      // A stored partial tile has grown since; what this state of the tree knows must be its beginning.
      if (stored === undefined || Buffer.compare(stored.subarray(0, tile.hashes.length), tile.hashes) !== 0) {
        this.#problems.report('tile', index, `tile ${tile.level}/${tile.index} is missing or wrong`);
      }
    }
  }
}
