import { join } from 'node:path';
import { openLog } from '@bitcoin-enterprise/audit';
import { signer } from '../crash/workload.ts';

export const WITNESSED_ORIGIN = 'example.com/witnessed/log';

/** How many entries a history comes to. */
export const HISTORY_SIZE = 12;

/** What a log tells a witness: a checkpoint of every size, and how each continues those before it. */
export interface History {
  /** By size, from 0. */
  readonly checkpoints: readonly string[];
  /** The consistency proof from one size to another, by both: its hashes in base64. */
  readonly proofs: Readonly<Record<string, readonly string[]>>;
}

/** Tells what a log becomes whose entries say `name`. */
export async function tell(folder: string, name: string): Promise<History> {
  const log = await openLog(join(folder, `${name}.log`), { origin: WITNESSED_ORIGIN, signer: signer() });
  try {
    const checkpoints = [await log.checkpoint()];
    const proofs: Record<string, readonly string[]> = {};
    for (let size = 1; size <= HISTORY_SIZE; size += 1) {
      await log.append({ stream: 'told', type: 'told', body: { name, size } });
      checkpoints.push(await log.checkpoint());
      for (let from = 0; from < size; from += 1) {
        const hashes = await log.consistencyProof(from, size);
        proofs[`${from}-${size}`] = hashes.map((hash) => Buffer.from(hash).toString('base64'));
      }
    }
    return { checkpoints, proofs };
  } finally {
    await log.close();
  }
}

/** The request of C2SP tlog-witness, "add-checkpoint": the tree of `to` leaves, after one of `from`. */
export function requestOf({ checkpoints, proofs }: History, from: number, to: number): Uint8Array {
  const lines = [`old ${from}`, ...(proofs[`${from}-${to}`] ?? []), '', checkpoints[to] ?? ''];
  return Buffer.from(lines.join('\n'));
}
