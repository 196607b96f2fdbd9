import type { ChainTip } from '../node/bitcoin-node.ts';
import { outpointKey } from '../transaction/outpoint-key.ts';
import type { ConfirmedOutput, ConfirmedSpend, FollowedBlock } from './chain-follower.ts';
import type { MempoolLook } from './mempool-reader.ts';
import type { FundingView, OutputView, SpendView } from './output-view.ts';
import type { MatchedOutput, MatchedSpend } from './script-matches.ts';

/** What blocks say of a script. */
interface Confirmed {
  readonly outputs: ReadonlyMap<string, ConfirmedOutput>;
  readonly spends: ReadonlyMap<string, ConfirmedSpend>;
}

/** Puts one picture together from the blocks up to a tip and the mempool on top of them. Blocks count first. */
export function composeView(tip: ChainTip, confirmed: Confirmed, waiting: MempoolLook): OutputView {
  const funding = (output: MatchedOutput, block?: FollowedBlock): FundingView => {
    const { txid, vout, amountSat } = output;
    const spend = spendOf(outpointKey(output));
    return { txid, vout, amountSat, ...placeOf(tip, block), ...(spend === undefined ? {} : { spend }) };
  };
  const spendOf = (key: string): SpendView | undefined => {
    const inBlock = confirmed.spends.get(key);
    const spend: MatchedSpend | undefined = inBlock ?? waiting.spends.get(key);
    if (spend === undefined) return undefined;
    const { txid, witness, rawTransaction } = spend;
    return { txid, witness, rawTransaction, ...placeOf(tip, inBlock?.block) };
  };
  const inBlocks = [...confirmed.outputs.values()].map((output) => funding(output, output.block));
  const inMempool = waiting.outputs.filter((output) => !confirmed.outputs.has(outpointKey(output)));
  return {
    tip,
    fundings: [...inBlocks, ...inMempool.map((output) => funding(output))],
    mempoolUnread: waiting.unread,
  };
}

function placeOf(
  tip: ChainTip,
  block: FollowedBlock | undefined,
): Pick<FundingView, 'confirmations' | 'blockHash' | 'height'> {
  if (block === undefined) return { confirmations: 0 };
  const { hash, height } = block;
  return { confirmations: tip.height - height + 1, blockHash: hash, height };
}
