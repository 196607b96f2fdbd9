import { toHex } from '@bitcoin-enterprise/crypto-core';
import type { Checkpoint, CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import { decodeEntry, NO_PREVIOUS, type LogEntry } from '../event/entry.ts';
import { isLogError, LogError } from '../log-error.ts';
import { MerkleTree } from '../merkle/merkle-tree.ts';
import { TILE_WIDTH } from '../merkle/tile.ts';
import { HASH_BYTES, leafHash } from '../merkle/tree-hash.ts';
import type { LogStore, StoredEntry } from '../store/log-store.ts';
import { PositionIndex } from './position-index.ts';
import type { SequencerState } from './sequencer.ts';

/**
 * Finds out where a stored log ends, believing nothing: the checkpoint must be signed by the log's key, the tree must
 * have the root that was sealed under that key, and the entries behind the last full tile must hash to their leaves and
 * continue each other. Signs the head anew where the stored checkpoint is of the commit before. Costs at most 256
 * entries and one tile a level.
 *
 * @throws LogError `log-wrong-origin`, `log-wrong-key`, `log-corrupt`, `signer-failed`, or what the store throws.
 */
export function recover(store: LogStore, issuer: CheckpointIssuer, origin: string): SequencerState {
  const { checkpoint: note, seal } = store.head();
  const checkpoint = openStored(note, issuer);
  const size = store.size();
  if (size < checkpoint.size) {
    throw new LogError('log-corrupt', 'the checkpoint covers more entries than are stored', {
      value: `${size} entries`,
      limit: `${checkpoint.size} entries`,
    });
  }
  const tailStart = size - (size % TILE_WIDTH);
  const tail = readEntries(store, Math.max(0, tailStart - 1), size, origin);
  const leaves = joinLeafHashes(tail.filter((entry) => entry.index >= tailStart));
  const tree = MerkleTree.restore(size, (level, index) =>
    level === 0 && index === tailStart / TILE_WIDTH ? leaves : store.tile(level, index),
  );
  const root = tree.root();
  const isSealed = seal === undefined ? size === 0 : issuer.headSeal.matches(seal, size, root);
  const isSigned = size === checkpoint.size && Buffer.compare(root, checkpoint.rootHash) === 0;
  // The seal of a commit is stored with the checkpoint of an earlier one; only an empty log has a checkpoint of its own.
  if (!isSealed || (size === checkpoint.size && !isSigned)) {
    throw new LogError('log-corrupt', 'the stored hashes do not have the root that was signed or sealed');
  }
  const last = tail.at(-1);
  return {
    tree,
    head: { leafHashHex: toHex(last?.leafHash ?? NO_PREVIOUS), time: last?.time ?? 0 },
    index: new PositionIndex(store, size, tail),
    checkpoint: isSigned ? note : issuer.issue(size, root),
  };
}

/**
 * Reads a stored entry and checks it against its leaf hash and place.
 *
 * @throws LogError `log-corrupt`.
 */
function readEntry(stored: StoredEntry, expectedIndex: number, origin: string): LogEntry {
  if (Buffer.compare(leafHash(stored.bytes), stored.leafHash) !== 0) {
    throw new LogError('log-corrupt', `entry ${expectedIndex} does not hash to its leaf`, {
      value: `entry ${expectedIndex}`,
    });
  }
  const entry = decodeStored(stored, expectedIndex, origin);
  if (entry.index !== expectedIndex || stored.index !== expectedIndex) {
    throw new LogError('log-corrupt', `another entry stands at ${expectedIndex}`, {
      value: `entry ${entry.index}`,
    });
  }
  return entry;
}

/**
 * Reads consecutive entries and checks that each continues the one before.
 *
 * @throws LogError `log-corrupt`.
 */
export function readEntries(store: LogStore, from: number, to: number, origin: string): LogEntry[] {
  const stored = store.entries(from, to);
  if (stored.length !== to - from) {
    throw new LogError('log-corrupt', `entries ${from} to ${to - 1} are not all stored`, {
      value: `${stored.length} entries`,
      limit: `${to - from} entries`,
    });
  }
  const entries = stored.map((row, offset) => readEntry(row, from + offset, origin));
  let before: LogEntry | undefined;
  for (const entry of entries) {
    const previous = before?.leafHash ?? (entry.index === 0 ? NO_PREVIOUS : undefined);
    if (previous !== undefined && Buffer.compare(previous, entry.previous) !== 0) {
      throw new LogError('log-corrupt', `entry ${entry.index} does not continue the one before`, {
        value: `entry ${entry.index}`,
      });
    }
    before = entry;
  }
  return entries;
}

function openStored(note: string, issuer: CheckpointIssuer): Checkpoint {
  try {
    return issuer.open(note);
  } catch (error) {
    if (!(isLogError(error) && error.code === 'note-malformed')) throw error;
    throw new LogError('log-corrupt', 'the stored checkpoint is damaged', { cause: error });
  }
}

function decodeStored(stored: StoredEntry, index: number, origin: string): LogEntry {
  try {
    return decodeEntry(stored.bytes, stored.leafHash, origin);
  } catch (cause) {
    throw new LogError('log-corrupt', `entry ${index} is no entry of this log`, {
      value: `entry ${index}`,
      cause,
    });
  }
}

function joinLeafHashes(entries: readonly LogEntry[]): Uint8Array {
  const joined = new Uint8Array(entries.length * HASH_BYTES);
  entries.forEach((entry, position) => {
    joined.set(entry.leafHash, position * HASH_BYTES);
  });
  return joined;
}
