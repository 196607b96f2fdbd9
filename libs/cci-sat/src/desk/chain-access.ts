import {
  type BitcoinNode,
  type FundingWallet,
  parametersFor,
  type ScriptWatcher,
  watchScript,
} from '@bitcoin-enterprise/chain';
import { SwapError } from '../error.ts';
import type { FromHeights } from '../swap/event.ts';
import { htlcOf, type Leg, type LegOffer, type SwapTerms } from '../swap/terms.ts';
import type { LegView, SwapView } from '../swap/view.ts';

/** A party's own access to a chain: its node, and the wallet that locks are paid from and claims are paid to. */
export interface ChainAccess {
  readonly node: BitcoinNode;
  readonly wallet: FundingWallet;
}

export type Chains = Readonly<Partial<Record<LegOffer['chain'], ChainAccess>>>;

/** A claim should confirm in the next two blocks; what is slower is bumped. */
const TARGET_BLOCKS = 2;

/** The access for a leg; refused with `chain-unknown` if the desk has none, or one for another network. */
export function accessFor(chains: Chains, leg: Pick<LegOffer, 'chain' | 'network'>): ChainAccess {
  const access = chains[leg.chain];
  const wanted = parametersFor(leg.chain, leg.network);
  if (access?.node.parameters.genesisHash !== wanted.genesisHash) {
    const has =
      access === undefined
        ? 'no node'
        : `a node of ${access.node.parameters.chain}/${access.node.parameters.network}`;
    throw new SwapError('chain-unknown', `${leg.chain}/${leg.network} is asked for; this desk has ${has}`, {
      value: `${leg.chain}/${leg.network}`,
      limit: has,
    });
  }
  return access;
}

/** Looks at both legs of one swap. */
export class SwapWatcher {
  readonly #legs: readonly [WatchedLeg, WatchedLeg];

  /** `fromHeights`: no lock of this swap can be in a block below. */
  constructor(chains: Chains, terms: SwapTerms, fromHeights: FromHeights) {
    const watched = (leg: Leg, fromHeight: number): WatchedLeg => {
      const { node } = accessFor(chains, leg);
      return {
        node,
        watcher: watchScript(node, { scriptPubKey: htlcOf(terms, leg).scriptPubKey, fromHeight }),
      };
    };
    this.#legs = [
      watched(terms.firstLeg, fromHeights.firstLeg),
      watched(terms.secondLeg, fromHeights.secondLeg),
    ];
  }

  /** One look; a node that does not answer makes it fail with a coded error of the chain library. */
  async look(): Promise<SwapView> {
    const [firstLeg, secondLeg] = await Promise.all([lookAt(this.#legs[0]), lookAt(this.#legs[1])]);
    return { firstLeg, secondLeg };
  }
}

interface WatchedLeg {
  readonly node: BitcoinNode;
  readonly watcher: ScriptWatcher;
}

async function lookAt({ node, watcher }: WatchedLeg): Promise<LegView> {
  const [view, { feerateSatPerKvb }] = await Promise.all([watcher.look(), node.feerate(TARGET_BLOCKS)]);
  return { ...view, feerateSatPerKvb };
}
