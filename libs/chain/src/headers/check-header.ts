import { ChainError, type ChainErrorCode } from '../error/chain-error.ts';
import type { BlockHeader } from './block-header.ts';
import { targetFromBits } from './compact-target.ts';
import { type HeaderRules, RETARGET_INTERVAL } from './header-rules.ts';
import { type HeaderView, nextBits } from './next-bits.ts';

/** How many block times the median is taken of (BIP113). */
export const MEDIAN_TIME_SPAN = 11;
/** How far a block's time may be ahead of the clock: `MAX_FUTURE_BLOCK_TIME`, Bitcoin Core `src/chain.h`. */
const FUTURE_SECONDS = 2 * 60 * 60;
/** How far the first block of a period may be behind the one before (BIP94). */
const TIMEWARP_SECONDS = 600;

/** What a header is checked against. */
export interface HeaderContext {
  readonly height: number;
  readonly rules: HeaderRules;
  readonly at: HeaderView;
  /** Of the block before; `undefined` where the eleven times are not all known. */
  readonly medianTimePast: number | undefined;
  /** Seconds since 1970; without it no time is too late. */
  readonly now: number | undefined;
}

/**
 * Checks that a header, whose predecessor is known, may stand at its height: `CheckBlockHeader` and
 * `ContextualCheckBlockHeader`, Bitcoin Core `src/validation.cpp`.
 *
 * @throws ChainError `header-bits-invalid`, `header-bits-wrong`, `header-work-missing`, `header-too-early`,
 *   `header-too-late`, `header-version-obsolete`
 */
export function checkHeader(header: BlockHeader, context: HeaderContext): void {
  const { height, rules, at, now } = context;
  checkProofOfWork(header, rules);
  const bits = nextBits(height, header.time, at, rules);
  if (header.bits !== bits) refuse('header-bits-wrong', header, hex(header.bits), hex(bits));
  const { medianTimePast } = context;
  if (medianTimePast !== undefined && header.time <= medianTimePast) {
    refuse('header-too-early', header, `time ${header.time}`, `after ${medianTimePast}`);
  }
  const earliest = at(height - 1).time - TIMEWARP_SECONDS;
  if (rules.bip94 && height % RETARGET_INTERVAL === 0 && header.time < earliest) {
    refuse('header-too-early', header, `time ${header.time}`, `from ${earliest} on`);
  }
  if (now !== undefined && header.time > now + FUTURE_SECONDS) {
    refuse('header-too-late', header, `time ${header.time}`, `at most ${now + FUTURE_SECONDS}`);
  }
  const least = 1 + rules.obsoleteFrom.filter((from) => height >= from).length;
  if (header.version < least && least > 1) {
    refuse('header-version-obsolete', header, `version ${header.version}`, `version ${least} or later`);
  }
}

/**
 * Checks a header's own proof of work against the target that it states: `CheckProofOfWork`, Bitcoin Core `src/pow.cpp`.
 *
 * @throws ChainError `header-bits-invalid`, also for a target above the network's; `header-work-missing`
 */
export function checkProofOfWork(header: BlockHeader, rules: HeaderRules): void {
  const target = targetFromBits(header.bits);
  if (target > rules.powLimit) {
    refuse('header-bits-invalid', header, hex(header.bits), 'at most the target of the network');
  }
  if (BigInt(`0x${header.hash}`) > target) {
    refuse('header-work-missing', header, header.hash, target.toString(16).padStart(64, '0'));
  }
}

/** The median of block times, as consensus takes it (BIP113): the upper one of an even number. */
export function medianOf(times: readonly number[]): number | undefined {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

function refuse(code: ChainErrorCode, header: BlockHeader, value: string, limit: string): never {
  throw new ChainError(code, `header ${header.hash} has ${value}, where ${limit} is wanted`, {
    value,
    limit,
  });
}

function hex(bits: number): string {
  return `nBits 0x${bits.toString(16).padStart(8, '0')}`;
}
