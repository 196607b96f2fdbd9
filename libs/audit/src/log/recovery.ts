import { toHex } from '@bitcoin-enterprise/crypto-core';
import type { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import type { Checkpoint } from '../checkpoint/checkpoint-text.ts';
import { pinNamedIn } from '../checkpoint/head-seal.ts';
import { NO_PREVIOUS } from '../event/entry.ts';
import { isLogError, LogError } from '../log-error.ts';
import { MerkleTree } from '../merkle/merkle-tree.ts';
import type { LogRecords } from '../store/log-records.ts';
import { PositionIndex } from './position-index.ts';
import type { SequencerState } from './sequencer.ts';
import { readStoredTree } from './stored-tree.ts';

/** A log as it is stored. */
export interface Recovered extends SequencerState {
  /** The pin in which entries behind it may stand: the log was not closed. */
  readonly namedPin: Uint8Array | undefined;
}

/**
 * Finds out where a stored log ends, believing nothing: the checkpoint must be signed by the log's key and be of this
 * tree, the tree must have the root that was sealed under that key, and the entries behind the last full tile must hash
 * to their leaves and continue each other. Costs at most 256 entries and a few tiles a level.
 *
 * @throws LogError `log-wrong-origin`, `log-wrong-key`, `log-corrupt`, or what the store throws.
 */
export async function recover(
  records: LogRecords,
  issuer: CheckpointIssuer,
  origin: string,
): Promise<Recovered> {
  const { checkpoint: note, seal, size } = await records.head();
  const checkpoint = openStored(note, issuer);
  if (size < checkpoint.size) {
    throw new LogError('log-corrupt', 'the checkpoint covers more entries than are stored', {
      value: `${size} entries`,
      limit: `${checkpoint.size} entries`,
    });
  }
  const { tail, tiles, rootAt } = await readStoredTree(records, origin, size);
  const tree = await MerkleTree.restore(size, tiles);
  const isSealed =
    seal === undefined ? checkpoint.size === size : issuer.headSeal.matches(seal, size, tree.root());
  const signedRoot = await rootAt(checkpoint.size);
  // Only an empty log has no seal, and one whose last entries stand in the pin: their checkpoint covers them all.
  if (!isSealed || Buffer.compare(signedRoot, checkpoint.rootHash) !== 0) {
    throw new LogError('log-corrupt', 'the stored hashes do not have the root that was signed or sealed');
  }
  const last = tail.at(-1);
  return {
    tree,
    head: { leafHashHex: toHex(last?.leafHash ?? NO_PREVIOUS), time: last?.time ?? 0 },
    index: new PositionIndex(records, size, tail),
    checkpoint: note,
    checkpointSize: checkpoint.size,
    namedPin: seal === undefined ? undefined : pinNamedIn(seal),
  };
}

function openStored(note: string, issuer: CheckpointIssuer): Checkpoint {
  try {
    return issuer.open(note);
  } catch (error) {
    if (!(isLogError(error) && error.code === 'note-malformed')) throw error;
    throw new LogError('log-corrupt', 'the stored checkpoint is damaged', { cause: error });
  }
}
