import type { OutputView } from '@bitcoin-enterprise/chain';
import type { Role } from './terms.ts';

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

/** The leg that a party locks, and the leg that its peer locks. */
export function legViews(role: Role, view: SwapView): { readonly own: LegView; readonly peer: LegView } {
  return role === 'initiator'
    ? { own: view.firstLeg, peer: view.secondLeg }
    : { own: view.secondLeg, peer: view.firstLeg };
}
