import { ChainError } from '../error/chain-error.ts';

declare const unit: unique symbol;

/** A point in time that a time lock can name: seconds since 1970, compared by consensus with the median time past. */
export type UnixSeconds = number & { readonly [unit]: 'UnixSeconds' };

/** The height of a block. */
export type BlockHeight = number & { readonly [unit]: 'BlockHeight' };

/** Below it a lock time counts blocks, from it on seconds: `LOCKTIME_THRESHOLD`, BIP65. */
export const LOCK_TIME_THRESHOLD = 500_000_000;

/** `nLockTime` is an unsigned 32-bit number. */
export const LOCK_TIME_MAXIMUM = 0xffff_ffff;

/**
 * A time for a time lock.
 *
 * @param seconds - whole seconds since 1970, from 500,000,000 to 4,294,967,295 (BIP65)
 * @throws ChainError `lock-time-unit` when the number would be read as a block height or does not fit
 */
export function unixSeconds(seconds: number): UnixSeconds {
  if (!Number.isInteger(seconds) || seconds < LOCK_TIME_THRESHOLD || seconds > LOCK_TIME_MAXIMUM) {
    const limit = `${LOCK_TIME_THRESHOLD}..${LOCK_TIME_MAXIMUM} seconds`;
    throw new ChainError('lock-time-unit', `${seconds} is no time a time lock can name: ${limit}`, {
      value: String(seconds),
      limit,
    });
  }
  return seconds as UnixSeconds;
}

/**
 * A block height for a time lock.
 *
 * @param height - a whole number from 0 to 499,999,999 (BIP65)
 * @throws ChainError `lock-time-unit` when the number would be read as a time or is no height
 */
export function blockHeight(height: number): BlockHeight {
  if (!Number.isInteger(height) || height < 0 || height >= LOCK_TIME_THRESHOLD) {
    const limit = `0..${LOCK_TIME_THRESHOLD - 1} blocks`;
    throw new ChainError('lock-time-unit', `${height} is no block height: ${limit}`, {
      value: String(height),
      limit,
    });
  }
  return height as BlockHeight;
}

/** Which of the two units a lock time is in. */
export function isUnixSeconds(lockTime: UnixSeconds | BlockHeight): lockTime is UnixSeconds {
  return lockTime >= LOCK_TIME_THRESHOLD;
}
