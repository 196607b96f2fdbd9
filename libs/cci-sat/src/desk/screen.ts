import type { Role, SwapTerms } from '../swap/terms.ts';

/** What a screening function says of a swap; `receipt` names the evidence that it left. */
export interface Screening {
  readonly decision: 'clear' | 'review' | 'block';
  readonly receipt: string;
}

/** Whatever compliance a desk has; it is asked once, before anything is locked, and only `clear` goes on. */
export type Screen = (terms: SwapTerms, role: Role) => Promise<Screening>;
