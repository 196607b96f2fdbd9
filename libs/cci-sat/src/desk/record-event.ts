import type { SwapEvent } from '../swap/event.ts';
import type { Phase } from '../swap/state.ts';
import type { SwapStep } from './step.ts';

/** Writes an event and tells of it before and after; `write` gives the phase that the swap is in then. */
export async function recordEvent(
  tell: (step: SwapStep) => void,
  swap: string,
  event: SwapEvent,
  write: () => Promise<Phase>,
): Promise<void> {
  tell({ kind: 'recording', swap, event });
  tell({ kind: 'recorded', swap, event, phase: await write() });
}
