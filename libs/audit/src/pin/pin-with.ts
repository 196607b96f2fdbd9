import { isLogError, LogError } from '../log-error.ts';
import type { Awaitable } from '../store/awaitable.ts';
import type { CheckpointPin, EntryKeeper, Pinned } from './checkpoint-pin.ts';

/**
 * Pins a checkpoint, where there is a pin.
 *
 * @throws LogError `pin-failed`, or the LogError of the pin
 */
export async function pinWith(
  pin: CheckpointPin | undefined,
  ...o: Parameters<CheckpointPin['pin']>
): Promise<void> {
  if (pin !== undefined) await asPinError(() => pin.pin(...o));
}

/**
 * What is pinned; `undefined` where there is no pin, or nothing in it.
 *
 * @throws LogError `pin-failed`, or the LogError of the pin
 */
export async function latestPinned(pin: CheckpointPin | undefined): Promise<string | undefined> {
  return pin === undefined ? undefined : await asPinError(() => pin.latest());
}

/**
 * Pins a checkpoint, and entries beside it.
 *
 * @param startsOver whether nothing is kept from before
 * @throws LogError as {@link pinWith}
 */
export function keepWith(keeper: EntryKeeper, pinned: Pinned, startsOver: boolean): Promise<void> {
  return asPinError(() => (startsOver ? keeper.startOver(pinned) : keeper.pin(pinned)));
}

/**
 * What is pinned, and the entries beside it.
 *
 * @throws LogError as {@link latestPinned}
 */
export async function latestKept(keeper: EntryKeeper): Promise<Pinned | undefined> {
  return await asPinError(() => keeper.latest());
}

async function asPinError<T>(use: () => Awaitable<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (isLogError(error)) throw error;
    throw new LogError('pin-failed', 'the pin could not be read or written', { cause: error });
  }
}
