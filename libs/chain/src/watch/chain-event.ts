import type { ChainError } from '../error/chain-error.ts';
import type { ChainTip } from '../node/bitcoin-node.ts';
import type { FundingView, SpendView } from './output-view.ts';

/** What changed between two looks at a script. */
export type ChainEvent =
  /** A payment was seen, in the mempool or at once in a block. */
  | { readonly type: 'seen'; readonly funding: FundingView }
  /** A payment has one confirmation more. */
  | { readonly type: 'confirmed'; readonly funding: FundingView }
  /** A payment was spent, in the mempool or at once in a block. */
  | { readonly type: 'spent'; readonly funding: FundingView; readonly spend: SpendView }
  /** A spend has one confirmation more. */
  | { readonly type: 'spend-confirmed'; readonly funding: FundingView; readonly spend: SpendView }
  /** A payment or its spend lost its block, and waits again or is in another one. */
  | { readonly type: 'reorged'; readonly what: 'funding' | 'spend'; readonly funding: FundingView }
  /** A payment or its spend is gone: neither in a block nor in the mempool. `funding` is as it was before. */
  | { readonly type: 'vanished'; readonly what: 'funding' | 'spend'; readonly funding: FundingView }
  | { readonly type: 'tip'; readonly tip: ChainTip }
  /** The node gave no view. Told once an outage; the watching goes on. */
  | { readonly type: 'unavailable'; readonly error: ChainError };
