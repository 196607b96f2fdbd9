export { isSwapError, SwapError, type SwapErrorCode } from './error.ts';
export {
  htlcOf,
  ownLeg,
  peerLeg,
  type Leg,
  type LegOffer,
  type LockScript,
  type Role,
  type SwapTerms,
} from './swap/terms.ts';
export { DEFAULT_SWAP_POLICY, type ChainPolicy, type SwapPolicy } from './swap/policy.ts';
export { checkTerms, minimumAmountSat, type Rule, type RuleCheck, type Tips } from './swap/rules.ts';
export type {
  AbortReason,
  AlertCode,
  FromHeights,
  LockTransaction,
  Sighting,
  SpendTransaction,
  SwapEvent,
} from './swap/event.ts';
export { isEnded, phaseOf, type PeerLock, type Phase, type SwapState } from './swap/state.ts';
export { apply, replay } from './swap/apply.ts';
export { decide, type Decision } from './swap/decide.ts';
export type { Duty } from './swap/duties.ts';
export type { LegView, SwapView } from './swap/view.ts';
export { marginsFor, proposeLockTimes, type LegChain, type Margins } from './timelock/margins.ts';
export { decodeSwapEvent, encodeSwapEvent } from './journal/event-codec.ts';
export {
  openSwapDesk,
  type SwapDesk,
  type SwapDeskOptions,
  type SwapSummary,
} from './desk/open-swap-desk.ts';
export type { ChainAccess, Chains } from './desk/chain-access.ts';
export type { Approve } from './desk/answer.ts';
export type { Counterparty, SwapRequest, SwapSide } from './desk/propose.ts';
export type { Screen, Screening } from './desk/screen.ts';
export type { Published, SwapStep } from './desk/step.ts';
export type { SwapRun } from './desk/swap-run.ts';
export { answerOverTcp, askOverTcp, type TcpAddress, type TcpAnswerer } from './transport/tcp.ts';
