import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { cosigner, verifierKey, type VerifierKey, writeVerifierKey } from '@bitcoin-enterprise/audit';
import {
  createWitness,
  openWitnessStore,
  type Witness,
  type WitnessStore,
} from '@bitcoin-enterprise/audit/witness';
import { signer } from '../crash/workload.ts';
import { HISTORY_SIZE, type History, requestOf, WITNESSED_ORIGIN } from './history.ts';

/** In what state the store of a witness is found. */
export interface WitnessWorkload {
  readonly name: string;
  /** Whether a process left it that was killed; otherwise there is none. */
  readonly isLeft: boolean;
}

export const WITNESS_WORKLOADS: readonly WitnessWorkload[] = [
  { name: 'new', isLeft: false },
  { name: 'left', isLeft: true },
];

/** The last size that is asked for: one more is left to continue with. */
export const LAST_SIZE: number = HISTORY_SIZE - 1;

/** The store of a witness in a folder. */
export function storeIn(folder: string): string {
  return join(folder, 'witness.db');
}

/** The key of the history's log. */
export function witnessedKey(): VerifierKey {
  const key = verifierKey(WITNESSED_ORIGIN, 'ed25519', signer().publicKey);
  if (key === undefined) throw new Error('the key of the log has no text form');
  return key;
}

/** A witness of the history's log. */
export function witnessOver(store: WitnessStore, onSplitView?: (evidence: Uint8Array) => void): Witness {
  return createWitness({
    store,
    logs: [{ origin: WITNESSED_ORIGIN, verifierKeys: [writeVerifierKey(witnessedKey())] }],
    cosigners: [cosigner('witness.example/w1', signer())],
    ...(onSplitView === undefined ? {} : { onSplitView }),
  });
}

/** Makes a store that has seen so many sizes, and leaves a copy of it as somebody does who is killed. */
export async function prefillStore(
  folder: string,
  left: string,
  seen: number,
  history: History,
): Promise<void> {
  const store = await openWitnessStore(storeIn(folder));
  try {
    const witness = witnessOver(store);
    for (let size = 1; size <= seen; size += 1) {
      const { status } = await witness.addCheckpoint(requestOf(history, size - 1, size));
      if (status !== 200) throw new Error(`size ${size} was not cosigned`);
    }
    copyStore(folder, left);
  } finally {
    await store.close();
  }
}

/** Copies the files of a store that no other process has open. */
export function copyStore(from: string, to: string): void {
  for (const suffix of ['', '-wal']) {
    const path = `${storeIn(from)}${suffix}`;
    if (existsSync(path)) copyFileSync(path, `${storeIn(to)}${suffix}`);
  }
}
