import { asArray, asCount, asFlag, asHash, asObject } from '../rpc/answer.ts';
import { outpointKey } from '../transaction/outpoint-key.ts';
import type { Outpoint } from '../transaction/transaction.ts';
import type { WalletCall } from './wallet-call.ts';

/** Frees coins that a wallet keeps from being spent. Those that it does not keep, or never knew, are passed over. */
export async function unlockInputs(call: WalletCall, inputs: readonly Outpoint[]): Promise<void> {
  const locked = new Set(await call('listlockunspent', [], readOutpoints));
  // The node refuses the whole list when one of it is not locked.
  const held = inputs.filter((input) => locked.has(outpointKey(input)));
  if (held.length === 0) return;
  const asked = held.map(({ txid, vout }) => ({ txid, vout }));
  await call('lockunspent', [true, asked], (answer) => asFlag(answer, 'the outcome'));
}

function readOutpoints(answer: unknown): readonly string[] {
  return asArray(answer, 'the locked coins').map((item) => {
    const { txid, vout } = asObject(item, 'a locked coin');
    return outpointKey({ txid: asHash(txid, 'txid'), vout: asCount(vout, 'vout') });
  });
}
