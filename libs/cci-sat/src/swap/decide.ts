import { claimDuty, type Duty, lockDuty, refundDuty } from './duties.ts';
import type { SwapEvent } from './event.ts';
import {
  noticeClaim,
  noticeLoss,
  noticeOwnLock,
  noticePeerLock,
  noticeRefund,
  noticeSecret,
  noticeTooLateToLock,
} from './notice.ts';
import type { SwapPolicy } from './policy.ts';
import { situation } from './situation.ts';
import { isEnded, type SwapState } from './state.ts';
import type { SwapView } from './view.ts';

/** Either a fact to be written first, after which one decides again, or what is to be done now (nothing: wait). */
export type Decision =
  { readonly record: SwapEvent } | { readonly record?: undefined; readonly duties: readonly Duty[] };

/**
 * The protocol. Pure: the journal's state and one look at both chains go in, and the next step comes out, the same
 * after a crash as before it.
 */
export function decide(state: SwapState, view: SwapView, policy: SwapPolicy): Decision {
  if (isEnded(state)) return { duties: [] };
  if (!state.verified) return { duties: [{ duty: 'verify-terms' }] };
  const at = situation(state, view, policy);
  const record =
    noticeOwnLock(at) ??
    noticePeerLock(at) ??
    noticeSecret(at) ??
    noticeClaim(at) ??
    noticeRefund(at) ??
    noticeLoss(at) ??
    noticeTooLateToLock(at);
  if (record !== undefined) return { record };
  return { duties: [...lockDuty(at), ...claimDuty(at), ...refundDuty(at)] };
}
