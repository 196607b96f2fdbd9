import { isLogError, LogError } from '../log-error.ts';
import type { CheckpointPin } from './checkpoint-pin.ts';

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

async function asPinError<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (isLogError(error)) throw error;
    throw new LogError('pin-failed', 'the pin could not be read or written', { cause: error });
  }
}
