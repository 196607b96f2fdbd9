import { copyFileSync, rmSync } from 'node:fs';
import { hashLeaf, type Log, openNote, readCheckpoint } from '@bitcoin-enterprise/audit';
import { CUSTOMERS_OPTIONS, ENTRIES, OLDER_SIZES, ORIGIN, SIGNER, type Stage, withLog } from './stage.ts';

/** Entries that inclusion is proven of. */
export const PROVEN = [0, 777, ENTRIES - 2] as const;

/** From which size consistency is proven. */
const EARLIER = OLDER_SIZES[2];

/** A proof, and those of another log and of another place that somebody may give in its stead. */
export interface ProofAndOthers {
  readonly own: readonly Uint8Array[];
  readonly others: readonly [ofAnotherLog: readonly Uint8Array[], ofAnotherPlace: readonly Uint8Array[]];
}

/** What the owner of the log gives away. */
export interface Evidence {
  readonly checkpoint: string;
  readonly rootHash: Uint8Array;
  readonly earlier: { readonly size: number; readonly rootHash: Uint8Array; readonly bundle: Uint8Array };
  readonly inclusion: readonly (ProofAndOthers & { readonly index: number; readonly leafHash: Uint8Array })[];
  readonly consistency: ProofAndOthers;
  readonly bundles: {
    readonly whole: Uint8Array;
    readonly stream: Uint8Array;
    readonly subject: Uint8Array;
    readonly ofAnotherHistory: Uint8Array;
    /** With personal data, under a checkpoint that a witness cosigned. */
    readonly customers: Uint8Array;
  };
}

/** Takes proofs, checkpoints and bundles from the logs of a stage. */
export async function gatherEvidence(stage: Stage): Promise<Evidence> {
  const other = await withLog(stage.otherHistory, async (log) => ({
    inclusion: await Promise.all(PROVEN.map((index) => log.inclusionProof(index, ENTRIES))),
    consistency: await log.consistencyProof(EARLIER, ENTRIES),
    stream: await log.exportBundle({ stream: 'order/7' }).bytes(),
  }));
  const earlier = await earlierEvidence(stage);
  const customers = await withLog(
    stage.customers,
    (log) => log.exportBundle({ personalData: true }).bytes(),
    CUSTOMERS_OPTIONS,
  );
  return await withLog(stage.genuine, async (log) => {
    const checkpoint = await log.checkpoint();
    const inclusion = PROVEN.map(async (index, number) => ({
      index,
      leafHash: await leafHashAt(log, index),
      own: await log.inclusionProof(index),
      others: [other.inclusion[number] ?? [], await log.inclusionProof(index + 1)] as const,
    }));
    return {
      checkpoint,
      rootHash: rootOf(checkpoint),
      earlier,
      inclusion: await Promise.all(inclusion),
      consistency: {
        own: await log.consistencyProof(EARLIER),
        others: [other.consistency, await log.consistencyProof(EARLIER + 1)],
      },
      bundles: {
        whole: await log.exportBundle().bytes(),
        stream: await log.exportBundle({ stream: 'order/7' }).bytes(),
        subject: await log.exportBundle({ subject: 'customer:3' }).bytes(),
        ofAnotherHistory: other.stream,
        customers,
      },
    };
  });
}

/** Of the log when it was shorter. */
async function earlierEvidence(stage: Stage): Promise<Evidence['earlier']> {
  using copy = stage.copy();
  copyFileSync(stage.olderLog(EARLIER), copy.log);
  rmSync(copy.pin);
  return await withLog(copy, async (log) => ({
    size: log.size,
    rootHash: rootOf(await log.checkpoint()),
    bundle: await log.exportBundle({ stream: 'order/7' }).bytes(),
  }));
}

async function leafHashAt(log: Log, index: number): Promise<Uint8Array> {
  const [entry] = await Array.fromAsync(log.read({ from: index, to: index + 1 }));
  if (entry === undefined) throw new Error(`there is no entry ${index}`);
  return hashLeaf(entry.bytes);
}

function rootOf(checkpoint: string): Uint8Array {
  const note = openNote(checkpoint, ORIGIN, SIGNER.publicKey);
  const statement = note.ok ? readCheckpoint(note.text) : undefined;
  if (statement === undefined) throw new Error('the checkpoint is none');
  return statement.rootHash;
}
