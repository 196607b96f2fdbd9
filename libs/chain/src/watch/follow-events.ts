import { setTimeout as wait } from 'node:timers/promises';

import { isChainError } from '../error/chain-error.ts';
import type { ChainEvent } from './chain-event.ts';
import { changesBetween } from './changes.ts';
import type { OutputView } from './output-view.ts';

/** Looks again and again, and tells what changed. A node that fails for a while is told once and asked again. */
export async function* followEvents(
  look: () => Promise<OutputView>,
  pollMs: number,
  signal?: AbortSignal,
): AsyncGenerator<ChainEvent, void, undefined> {
  let previous: OutputView | undefined;
  let available = true;
  while (signal?.aborted !== true) {
    try {
      const view = await look();
      available = true;
      yield* changesBetween(previous, view);
      previous = view;
    } catch (error) {
      if (!isChainError(error)) throw error;
      if (available) yield { type: 'unavailable', error };
      available = false;
    }
    // An abort ends the wait at once; the loop's condition then ends the watching.
    await wait(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
