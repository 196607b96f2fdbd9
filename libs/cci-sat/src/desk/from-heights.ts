import type { FromHeights } from '../swap/event.ts';
import type { LegOffer } from '../swap/terms.ts';
import { accessFor, type Chains } from './chain-access.ts';

/** A reorganisation that starts below this depth, just when terms are agreed, is not looked behind. */
const REORG_BLOCKS = 10;

/** The heights from which on locks of a swap that is agreed now can be in a block. */
export async function fromHeights(
  chains: Chains,
  legs: { readonly firstLeg: LegOffer; readonly secondLeg: LegOffer },
): Promise<FromHeights> {
  const height = async (leg: LegOffer): Promise<number> => {
    const tip = await accessFor(chains, leg).node.tip();
    return Math.max(0, tip.height - REORG_BLOCKS);
  };
  const [firstLeg, secondLeg] = await Promise.all([height(legs.firstLeg), height(legs.secondLeg)]);
  return { firstLeg, secondLeg };
}
