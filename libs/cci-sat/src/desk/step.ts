import type { Duty } from '../swap/duties.ts';
import type { SwapEvent } from '../swap/event.ts';
import type { Phase } from '../swap/state.ts';

/** What became of a transaction that was handed to a node. */
export interface Published {
  readonly outcome: 'accepted' | 'already-known' | 'refused';
  readonly reason?: string;
}

/** What a desk does, in the order in which it does it. */
export type SwapStep =
  /** An event is about to be written. */
  | { readonly kind: 'recording'; readonly swap: string; readonly event: SwapEvent }
  /** An event is durable and the swap stands in `phase`. */
  | { readonly kind: 'recorded'; readonly swap: string; readonly event: SwapEvent; readonly phase: Phase }
  /** Something was done in the world. */
  | {
      readonly kind: 'done';
      readonly swap: string;
      readonly duty: Duty['duty'];
      readonly published?: Published;
    }
  /** A node or a wallet failed; the swap stays where it is and tries again. */
  | { readonly kind: 'trouble'; readonly swap: string; readonly error: Error };
