import type { Bench, Effort, Prepared } from './bench.ts';
import { watchHost, type WatchHost } from './host-load.ts';

/** What a benchmark measured. Times are nanoseconds an operation, medians over the rounds. */
export interface Measurement {
  readonly oursNs: number;
  readonly peerNs: number;
  /** Peer time over our time: above 1 we are faster. */
  readonly ratio: number;
  /** The least and the greatest ratio among the pairs of one round. */
  readonly spread: readonly [least: number, greatest: number];
  readonly rounds: number;
  /** The share of processor time, from 0 to 1, that the host gave to others in these rounds, where the system tells. */
  readonly stolen: number | undefined;
}

/** A sample of each side, in nanoseconds a call. */
interface Round {
  readonly ours: number;
  readonly peer: number;
  readonly stolen: number | undefined;
}

/**
 * How many times its rounds a benchmark may run to find as many in which the host took nothing: those measure the host, and
 * the side with more to compute more than the other.
 */
const MOST_TIMES = 4;

/** Long enough for the compiler to settle and for a sample to dwarf the clock's own cost. */
const fullEffort: Effort = { rounds: 9, warmUpMs: 400, sampleMs: 100 };

/**
 * Measures both sides in one run. A round holds a sample of each; which side goes first alternates, so that a drift
 * of the machine's speed falls on both alike.
 */
export async function measure(
  bench: Bench,
  effort: Effort = bench.effort ?? fullEffort,
  watch: WatchHost = watchHost,
): Promise<Measurement> {
  const sides = await bench.prepare();
  try {
    return await measureSides(sides, bench, effort, watch);
  } finally {
    await sides.close?.();
  }
}

async function measureSides(
  sides: Prepared,
  bench: Bench,
  effort: Effort,
  watch: WatchHost,
): Promise<Measurement> {
  const calls = await warmUp(sides, effort);
  const pairs = await leastDisturbed(sides, calls, effort.rounds, watch);
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
    stolen: mean(pairs.flatMap(({ stolen }) => stolen ?? [])),
  };
}

/** As many rounds as are wanted, of those in which the host took the least: the first ones, where it took nothing. */
async function leastDisturbed(
  sides: Prepared,
  calls: Calls,
  wanted: number,
  watch: WatchHost,
): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  let undisturbed = 0;
  while (undisturbed < wanted && rounds.length < wanted * MOST_TIMES) {
    const stolen = watch();
    const times = await measureRound(sides, calls, rounds.length % 2 === 0);
    const round = { ...times, stolen: stolen() };
    if ((round.stolen ?? 0) === 0) undisturbed += 1;
    rounds.push(round);
  }
  return rounds.toSorted((one, other) => (one.stolen ?? 0) - (other.stolen ?? 0)).slice(0, wanted);
}

async function measureRound(
  sides: Prepared,
  calls: Calls,
  oursFirst: boolean,
): Promise<Omit<Round, 'stolen'>> {
  const before = oursFirst ? await sample(() => sides.ours(), calls.ours) : undefined;
  const peer = await sample(() => sides.peer(), calls.peer);
  const ours = before ?? (await sample(() => sides.ours(), calls.ours));
  return { ours, peer };
}

/** How many calls of each side make a sample. */
interface Calls {
  readonly ours: number;
  readonly peer: number;
}

/** Calls both sides by turns and gives, for each, how many calls make a sample. */
async function warmUp(sides: Prepared, effort: Effort): Promise<Calls> {
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

/** `undefined` of nothing. */
function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
