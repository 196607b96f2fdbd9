import type { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import { isLogError, LogError } from '../log-error.ts';
import type { EntryKeeper } from '../pin/checkpoint-pin.ts';
import { latestKept } from '../pin/pin-with.ts';
import type { LogRecords } from '../store/log-records.ts';
import { recover, type Recovered } from './recovery.ts';
import type { SequencerState } from './sequencer.ts';
import { TrailingRecords } from './trailing-records.ts';

/** A log as it is stored, and what may continue it. */
export interface Continued {
  readonly origin: string;
  readonly issuer: CheckpointIssuer;
  readonly records: LogRecords;
  readonly stored: Recovered;
  /** Of the log's pin, where it has one that keeps entries. */
  readonly keeper: EntryKeeper | undefined;
  /** Whether the caller has said how far the log had come. */
  readonly isStated: boolean;
}

/**
 * Continues a stored log with what its pin alone has. The store is believed first: its seal must name the pin, or nothing is
 * taken from there; and what is taken must be covered by the checkpoint that is pinned.
 *
 * @returns where the log ends, and its records, where they may trail the pin
 * @throws LogError `pin-needed` where entries may stand in a pin that is not there; `log-rolled-back` where those in the pin
 * do not continue the store; what reading them throws
 */
export async function continueInPin(
  log: Continued,
): Promise<{ readonly state: SequencerState; readonly trailing: TrailingRecords | undefined }> {
  const { records, stored, keeper, issuer } = log;
  const namesPin = isNamed(keeper, stored.namedPin);
  if (stored.namedPin !== undefined && !namesPin && !log.isStated) {
    throw new LogError(
      'pin-needed',
      'the log was not closed, and its last entries may stand in its pin alone',
      {
        value: keeper === undefined ? 'no pin that keeps entries' : 'another pin',
        limit: 'the pin that it had, or a checkpoint that says how far it had come',
      },
    );
  }
  if (keeper === undefined || records.mayTrail !== true) return { state: stored, trailing: undefined };
  const trailing = new TrailingRecords(records, keeper, namesPin);
  const pinned = namesPin ? await latestKept(keeper) : undefined;
  const isRestored =
    pinned !== undefined && trailing.restore(pinned, issuer.open(pinned.checkpoint).size, stored.tree.size);
  return { state: isRestored ? await recoverBoth(trailing, log) : stored, trailing };
}

/** Whether a pin is the one that a seal names. */
export function isNamed(keeper: EntryKeeper | undefined, named: Uint8Array | undefined): boolean {
  return keeper !== undefined && named !== undefined && Buffer.compare(keeper.id, named) === 0;
}

async function recoverBoth(
  trailing: TrailingRecords,
  { issuer, origin }: Continued,
): Promise<SequencerState> {
  try {
    return await recover(trailing, issuer, origin);
  } catch (cause) {
    if (!(isLogError(cause) && cause.code === 'log-corrupt')) throw cause;
    throw new LogError('log-rolled-back', 'what is pinned does not continue what is stored', { cause });
  }
}
