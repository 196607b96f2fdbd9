import { bitsFromTarget, targetFromBits } from './compact-target.ts';
import {
  type HeaderRules,
  RETARGET_INTERVAL,
  TARGET_SPACING_SECONDS,
  TARGET_TIMESPAN_SECONDS,
} from './header-rules.ts';

/** What the difficulty follows from. */
export interface TimeAndBits {
  readonly time: number;
  readonly bits: number;
}

/** The header of a height, as far as the rules look at it. */
export type HeaderView = (height: number) => TimeAndBits;

/**
 * The compact target that a block must have: `GetNextWorkRequired`, Bitcoin Core `src/pow.cpp`.
 *
 * @param height - of the block, from 1
 * @param time - of the block, which decides on networks with blocks of minimum difficulty
 * @param at - gives the headers before it, back to the first of its difficulty period, and for the first of a period
 *   back to the first of the one before
 */
export function nextBits(height: number, time: number, at: HeaderView, rules: HeaderRules): number {
  const last = at(height - 1);
  if (rules.noRetargeting) return last.bits;
  if (height % RETARGET_INTERVAL === 0) return retarget(at(height - RETARGET_INTERVAL), last, rules);
  if (!rules.minimumDifficultyBlocks) return last.bits;
  const easiest = bitsFromTarget(rules.powLimit);
  if (time > last.time + 2 * TARGET_SPACING_SECONDS) return easiest;
  let from = height - 1;
  while (from % RETARGET_INTERVAL !== 0 && at(from).bits === easiest) from -= 1;
  return at(from).bits;
}

/**
 * The compact target of a period, from the first and the last block of the one before: `CalculateNextWorkRequired`,
 * Bitcoin Core `src/pow.cpp`. Between the two lie 2,015 spacings, and not 2,016: consensus has it so since block 0.
 */
export function retarget(first: TimeAndBits, last: TimeAndBits, rules: HeaderRules): number {
  const least = TARGET_TIMESPAN_SECONDS / 4;
  const most = TARGET_TIMESPAN_SECONDS * 4;
  const timespan = Math.min(Math.max(last.time - first.time, least), most);
  const before = targetFromBits((rules.bip94 ? first : last).bits);
  const target = (before * BigInt(timespan)) / BigInt(TARGET_TIMESPAN_SECONDS);
  return bitsFromTarget(target > rules.powLimit ? rules.powLimit : target);
}
