import type { PreparedEvent } from '../event/new-event.ts';
import { isLogError } from '../log-error.ts';
import type { ObserveLog } from '../metrics/log-observation.ts';
import type { LogRecords } from '../store/log-records.ts';
import type { Group, Placed, Placement } from './group.ts';
import type { Receipt } from './receipt.ts';
import { repeatedReceipts } from './repeated-call.ts';

/** An append that waits for its group. */
export interface WaitingCall {
  readonly events: readonly PreparedEvent[];
  readonly resolve: (receipts: readonly Receipt[] | Promise<readonly Receipt[]>) => void;
  readonly reject: (error: unknown) => void;
}

/** An append that found its place in a group. */
export interface PlacedCall {
  readonly call: WaitingCall;
  readonly placed: Placed;
}

/** Calls that fit the versions of their streams and their keys; the others are refused alone. */
export function placeCalls(
  group: Group,
  calls: readonly WaitingCall[],
  observe: ObserveLog,
): readonly PlacedCall[] {
  return calls.flatMap((call) => {
    try {
      return [{ call, placed: group.add(call.events) }];
    } catch (error) {
      if (!isLogError(error) || !REFUSED_ALONE.has(error.code)) throw error;
      observe({ kind: 'failed', step: 'append', code: error.code });
      call.reject(error);
      return [];
    }
  });
}

const REFUSED_ALONE: ReadonlySet<string> = new Set(['version-conflict', 'idempotency-conflict']);

/** What a call is answered once its group is durable. */
export function receiptsOf(
  call: WaitingCall,
  placed: Placed,
  records: LogRecords,
  origin: string,
): readonly Receipt[] | Promise<readonly Receipt[]> {
  if (placed.repeats !== undefined) return repeatedReceipts(records, origin, call.events, placed.repeats);
  return placed.placements.map((placement) => receiptOf(origin, placement));
}

/** The streams that calls append to, and the idempotency keys of their events. */
export function namesOf(calls: readonly WaitingCall[]): {
  readonly streams: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
} {
  const [streams, keys] = [new Set<string>(), new Set<string>()];
  for (const { events } of calls) {
    for (const { stream, idempotencyKey } of events) {
      streams.add(stream);
      if (idempotencyKey !== undefined) keys.add(idempotencyKey);
    }
  }
  return { streams, keys };
}

function receiptOf(origin: string, { index, leafHash, stream, streamVersion }: Placement): Receipt {
  return { origin, index, leafHash: new Uint8Array(leafHash), stream, streamVersion };
}
