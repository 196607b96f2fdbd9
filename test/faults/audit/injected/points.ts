import type { FaultAction, FileCall, FileFault } from '@bitcoin-enterprise/tools/services';

/** What a process does, from opening its files to closing them. */
export interface Named {
  readonly name: string;
}

/** One fault in one run of a workload. */
export interface Point<Workload extends Named = Named> {
  readonly workload: Workload;
  readonly fault: FileFault;
  /** Whether the power goes off behind it, and takes what was not synced. */
  readonly powerOff: boolean;
}

/** How many points there are of a kind and action, for each workload; with `seeded`, of which writes are lost. */
const PLAN: readonly {
  readonly kind: FileCall;
  readonly action: FaultAction;
  readonly points: number;
  readonly seeded?: boolean;
  readonly powerOff?: boolean;
}[] = [
  { kind: 'open', action: 'eio', points: 16 },
  { kind: 'open', action: 'kill-before', points: 6 },
  { kind: 'open', action: 'power-after', points: 4 },
  { kind: 'name', action: 'eio', points: 4 },
  { kind: 'name', action: 'kill-before', points: 4 },
  { kind: 'name', action: 'power-after', points: 4 },
  { kind: 'truncate', action: 'eio', points: 3 },
  { kind: 'truncate', action: 'kill-after', points: 2 },
  { kind: 'read', action: 'eio', points: 16 },
  { kind: 'write', action: 'eio', points: 40 },
  { kind: 'write', action: 'enospc', points: 40 },
  { kind: 'write', action: 'enospc-lasting', points: 20 },
  { kind: 'write', action: 'short', points: 24 },
  { kind: 'write', action: 'kill-before', points: 16 },
  { kind: 'write', action: 'kill-after', points: 10 },
  { kind: 'write', action: 'power-before', points: 14 },
  { kind: 'write', action: 'power-after', points: 20, seeded: true },
  { kind: 'sync', action: 'eio', points: 24 },
  { kind: 'sync', action: 'eio', points: 8, powerOff: true },
  { kind: 'sync', action: 'eio-lasting', points: 10 },
  { kind: 'sync', action: 'kill-before', points: 8 },
  { kind: 'sync', action: 'kill-after', points: 6 },
  { kind: 'sync', action: 'power-before', points: 10 },
  { kind: 'sync', action: 'power-before', points: 12, seeded: true },
  { kind: 'sync', action: 'power-after', points: 8 },
];

/**
 * The points of a workload whose run, without a fault, makes that many calls of each kind.
 *
 * @param share of the plan that is played, from 0 to 1
 */
export function pointsOf<Workload extends Named>(
  workload: Workload,
  counts: Readonly<Record<FileCall, number>>,
  share: number,
): Point<Workload>[] {
  return PLAN.flatMap(({ kind, action, points, seeded = false, powerOff = false }) =>
    evenly(Math.ceil(points * share), counts[kind]).map((at) => ({
      workload,
      // A seed that differs from point to point, and is the same in every run.
      fault: { kind, at, action, seed: seeded ? 1 + at * 2_654_435 : 0 },
      powerOff,
    })),
  );
}

/** At most so many different numbers from 1 to `last`, with both ends where there are two, evenly spread. */
function evenly(points: number, last: number): number[] {
  if (points >= last) return Array.from({ length: last }, (_, place) => place + 1);
  if (points === 1) return [last];
  return Array.from({ length: points }, (_, place) => 1 + Math.round((place * (last - 1)) / (points - 1)));
}

/** How a point is told to a person. */
export function nameOf({ workload, fault: { kind, at, action, seed }, powerOff }: Point): string {
  const chosen = seed === 0 ? '' : ` (seed ${String(seed)})`;
  return `${workload.name}: ${action} at ${kind} ${String(at)}${chosen}${powerOff ? ', then power off' : ''}`;
}

/** Whether a point ends the process, so that it is found dead and not refusing. */
export function isDeath({ fault: { action }, powerOff }: Point): boolean {
  return powerOff || action.startsWith('kill') || action.startsWith('power');
}
