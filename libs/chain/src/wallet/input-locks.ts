import { asArray, asCount, asFlag, asHash, asObject } from '../rpc/answer.ts';
import { outpointKey } from '../transaction/outpoint-key.ts';
import type { Outpoint } from '../transaction/transaction.ts';
import type { WalletCall } from './wallet-call.ts';

/** Frees coins that a wallet keeps from being spent. Those that it does not keep, or never knew, are passed over. */
export async function unlockInputs(call: WalletCall, inputs: readonly Outpoint[]): Promise<void> {
  const asked = new Set(inputs.map(outpointKey));
  // The node refuses the whole list when one of it is not locked.
  await unlock(call, (locked) => asked.has(outpointKey(locked)));
}

/** Frees every coin that a wallet keeps from being spent, except the given ones. */
export async function unlockAllBut(call: WalletCall, kept: readonly Outpoint[]): Promise<void> {
  const keys = new Set(kept.map(outpointKey));
  await unlock(call, (locked) => !keys.has(outpointKey(locked)));
}

async function unlock(call: WalletCall, wanted: (locked: Outpoint) => boolean): Promise<void> {
  const locked = await call('listlockunspent', [], readOutpoints);
  const freed = locked.filter(wanted).map(({ txid, vout }) => ({ txid, vout }));
  if (freed.length > 0) await call('lockunspent', [true, freed], (answer) => asFlag(answer, 'the outcome'));
}

function readOutpoints(answer: unknown): readonly Outpoint[] {
  return asArray(answer, 'the locked coins').map((item) => {
    const { txid, vout } = asObject(item, 'a locked coin');
    return { txid: asHash(txid, 'txid'), vout: asCount(vout, 'vout') };
  });
}
