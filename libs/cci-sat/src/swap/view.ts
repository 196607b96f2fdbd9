import type { OutputView } from '@bitcoin-enterprise/chain';

/** What one chain says of one leg at one tip, as {@link OutputView}, and what a transaction costs there now. */
export interface LegView extends OutputView {
  readonly feerateSatPerKvb: bigint;
}

/** Everything that a decision may know of the outside world. */
export interface SwapView {
  readonly firstLeg: LegView;
  readonly secondLeg: LegView;
}

export type Funding = LegView['fundings'][number];
export type FundingSpend = NonNullable<Funding['spend']>;
