import { parametersFor, secondsForBlocks, unixSeconds, type UnixSeconds } from '@bitcoin-enterprise/chain';
import type { SwapPolicy } from '../swap/policy.ts';
import type { LegOffer } from '../swap/terms.ts';

/**
 * Margins between time locks, from a stated probability instead of a mean: blocks arrive as a Poisson process, so the
 * time for k of them is Erlang-distributed and its tail is long. Everything is in seconds of median-time-past: that is
 * the clock that BIP113 gives to time locks, and it advances only with blocks.
 */
export interface Margins {
  /** What the second leg's lock time must lie ahead of the chains: both locks become final and the claim confirms. */
  readonly secondLockSeconds: number;
  /** What the first leg's lock time must lie after the second's: a refund of the second leg fails at the last moment, and the secret seen then still claims the first. */
  readonly gapSeconds: number;
  /** The same once the first lock is final: what the responder needs to lock the second leg. */
  readonly responderLockSeconds: number;
  /** What must be left of the second leg's lock time when the secret is exposed. */
  readonly revealSeconds: number;
}

/** A block's timestamp may lie this far in the future (consensus), so one chain's median-time-past may run ahead. */
const FUTURE_TIMESTAMP_SECONDS = 2 * 3600;

/** Median-time-past is the time of the sixth block from the tip: the refund needs that many more to become valid. */
const MEDIAN_TIME_BLOCKS = 6;

/** Which chain a leg is on. */
export type LegChain = Pick<LegOffer, 'chain' | 'network'>;

/** The margins for two legs under a policy. The loss probability is shared between the waits that a swap consists of. */
export function marginsFor(firstLeg: LegChain, secondLeg: LegChain, policy: SwapPolicy): Margins {
  const waits = 5;
  const seconds = (leg: LegChain, blocks: number): number =>
    secondsForBlocks(blocks, {
      targetSpacingSeconds: parametersFor(leg.chain, leg.network).targetSpacingSeconds,
      lossProbability: policy.lossProbability / waits,
    });
  const first = policy.chains[firstLeg.chain];
  const second = policy.chains[secondLeg.chain];
  const revealSeconds = Math.ceil(seconds(secondLeg, second.claimBlocks));
  const responderLockSeconds = Math.ceil(seconds(secondLeg, second.confirmations + 1)) + revealSeconds;
  return {
    revealSeconds,
    responderLockSeconds,
    secondLockSeconds: Math.ceil(seconds(firstLeg, first.confirmations + 1)) + responderLockSeconds,
    gapSeconds: Math.ceil(
      seconds(secondLeg, second.claimBlocks + MEDIAN_TIME_BLOCKS) +
        seconds(firstLeg, first.claimBlocks) +
        FUTURE_TIMESTAMP_SECONDS,
    ),
  };
}

/** Lock times that satisfy the margins with half as much again to spare, so that a slow negotiation does not eat them. */
export function proposeLockTimes(
  firstLeg: LegChain,
  secondLeg: LegChain,
  policy: SwapPolicy,
  medianTimePast: number,
): { readonly first: UnixSeconds; readonly second: UnixSeconds } {
  const margins = marginsFor(firstLeg, secondLeg, policy);
  const second = medianTimePast + Math.ceil(1.5 * margins.secondLockSeconds);
  return { second: unixSeconds(second), first: unixSeconds(second + Math.ceil(1.25 * margins.gapSeconds)) };
}
