import type { Bench, Effort, Prepared } from './bench.ts';
import { watchHost } from './host-load.ts';

/** What a benchmark measured. Times are nanoseconds an operation, medians over the rounds. */
export interface Measurement {
  readonly oursNs: number;
  readonly peerNs: number;
  /** Peer time over our time: above 1 we are faster. */
  readonly ratio: number;
  /** The least and the greatest ratio among the pairs of one round. */
  readonly spread: readonly [least: number, greatest: number];
  readonly rounds: number;
  /** The share of processor time, from 0 to 1, that the host gave to others meanwhile, where the system tells. */
  readonly stolen: number | undefined;
}

/** Long enough for the compiler to settle and for a sample to dwarf the clock's own cost. */
const fullEffort: Effort = { rounds: 9, warmUpMs: 400, sampleMs: 100 };

/**
 * Measures both sides in one run. A round holds a sample of each; which side goes first alternates, so that a drift
 * of the machine's speed falls on both alike.
 */
export async function measure(
  bench: Bench,
  effort: Effort = bench.effort ?? fullEffort,
): Promise<Measurement> {
  const sides = await bench.prepare();
  try {
    return await measureSides(sides, bench, effort);
  } finally {
    await sides.close?.();
  }
}

async function measureSides(sides: Prepared, bench: Bench, effort: Effort): Promise<Measurement> {
  const calls = await warmUp(sides, effort);
  const stolen = watchHost();
  const pairs: { readonly ours: number; readonly peer: number }[] = [];
  for (let round = 0; round < effort.rounds; round += 1) {
    if (round % 2 === 0) {
      const ours = await sample(() => sides.ours(), calls.ours);
      pairs.push({ ours, peer: await sample(() => sides.peer(), calls.peer) });
    } else {
      const peer = await sample(() => sides.peer(), calls.peer);
      pairs.push({ ours: await sample(() => sides.ours(), calls.ours), peer });
    }
  }
  const unitsOurs = bench.unitsOurs ?? 1;
  const unitsPeer = bench.unitsPeer ?? 1;
  const oursNs = median(pairs.map(({ ours }) => ours / unitsOurs));
  const peerNs = median(pairs.map(({ peer }) => peer / unitsPeer));
  const ratios = pairs.map(({ ours, peer }) => peer / unitsPeer / (ours / unitsOurs));
  return {
    oursNs,
    peerNs,
    ratio: peerNs / oursNs,
    spread: [Math.min(...ratios), Math.max(...ratios)],
    rounds: effort.rounds,
    stolen: stolen(),
  };
}

/** Calls both sides by turns and gives, for each, how many calls make a sample. */
async function warmUp(
  sides: Prepared,
  effort: Effort,
): Promise<{ readonly ours: number; readonly peer: number }> {
  const end = performance.now() + effort.warmUpMs;
  let ours: number;
  let peer: number;
  do {
    ours = await sample(() => sides.ours(), 1);
    peer = await sample(() => sides.peer(), 1);
  } while (performance.now() < end);
  // One call of a short operation says little: it is timed again over about a tenth of a sample.
  const callsFor = async (side: () => void | Promise<void>, once: number): Promise<number> => {
    const probe = callsWithin(effort.sampleMs / 10, once);
    return callsWithin(effort.sampleMs, await sample(side, probe));
  };
  return { ours: await callsFor(() => sides.ours(), ours), peer: await callsFor(() => sides.peer(), peer) };
}

function callsWithin(milliseconds: number, callNs: number): number {
  return Math.max(1, Math.round((milliseconds * 1e6) / Math.max(1, callNs)));
}

/** Nanoseconds a call, over `calls` calls. */
async function sample(call: () => void | Promise<void>, calls: number): Promise<number> {
  const start = process.hrtime.bigint();
  for (let count = 0; count < calls; count += 1) {
    const pending = call();
    // Awaiting a call that was synchronous would add a turn of the event loop to its time.
    if (pending !== undefined) await pending;
  }
  return Number(process.hrtime.bigint() - start) / calls;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
