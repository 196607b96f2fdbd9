import type { CheckpointSigner } from '../checkpoint/signed-note.ts';
import type { LogEntry } from '../event/entry.ts';
import type { NewEvent } from '../event/new-event.ts';
import type { BundleSelection } from '../bundle/export-bundle.ts';
import type { CheckpointPin } from '../pin/checkpoint-pin.ts';
import type { CheckReport } from './check-log.ts';
import type { EntrySelection } from './entry-reader.ts';
import type { Receipt } from './receipt.ts';

/** How a log is opened. */
export interface LogOptions {
  /**
   * The log's identity, in every entry and every checkpoint: a schema-less URL such as `example.com/desk/log` is
   * recommended (C2SP tlog-checkpoint). Not empty, up to 256 characters, no spaces, no `+`.
   */
  readonly origin: string;
  /** Signs checkpoints with Ed25519. Its key is the one that verifiers trust for this origin. */
  readonly signer: CheckpointSigner;
  /** Milliseconds since 1970; the system's clock when absent. */
  readonly clock?: () => number;
  /** Largest size of the log file in bytes, from 1 MiB; beyond it an append is refused with `log-full`. */
  readonly maxBytes?: number;
  /**
   * A checkpoint of this log that was kept elsewhere. Opening is refused with `log-rolled-back` when the log does not
   * contain it, or is gone: an older copy put in the log's place is seen by this, and by nothing inside the file.
   */
  readonly pinnedCheckpoint?: string;
  /**
   * Where every checkpoint is pinned before its events are acknowledged, such as {@link openFilePin}; on opening it counts
   * as a `pinnedCheckpoint`. The log does not close it.
   */
  readonly pin?: CheckpointPin;
}

/** One hash-chained, provable log: journal, audit trail and source of receipts at once. */
export interface Log extends AsyncDisposable {
  readonly origin: string;
  /** Entries that are durable. */
  readonly size: number;

  /**
   * Records an event, or several together: all of them or none, across streams. Resolves when they are durable and
   * covered by a signed checkpoint, which is pinned where the log has a `pin`.
   *
   * @throws LogError `event-malformed`, `event-too-large`, `version-conflict`, `log-full`, `log-io`, `log-corrupt`,
   * `signer-failed`, `pin-failed`, `clock-malformed`, `log-unusable` or `log-closed`: then none of these events is in
   * the log, except that with a commit, a signature or a pin that failed (`log-unusable` from then on), only opening the
   * log again tells.
   */
  append(event: NewEvent): Promise<Receipt>;
  append(events: readonly NewEvent[]): Promise<readonly Receipt[]>;

  /**
   * Entries in order, those of one stream, about one subject, in a range `from` up to and without `to`, or all.
   *
   * @throws LogError `index-out-of-range`; `log-corrupt` while iterating, where damage is met.
   */
  read(selection?: EntrySelection): Iterable<LogEntry>;

  /** Events in a stream, 0 for an unknown one. */
  streamVersion(stream: string): number;

  /** The latest signed checkpoint (C2SP tlog-checkpoint). */
  checkpoint(): string;

  /**
   * RFC 6962 audit path of an entry in the tree of the first `treeSize` entries, leaf side first.
   *
   * @throws LogError `index-out-of-range`.
   */
  inclusionProof(index: number, treeSize?: number): Uint8Array[];

  /**
   * RFC 6962 proof that the tree of `to` entries continues the tree of `from` entries.
   *
   * @throws LogError `index-out-of-range`.
   */
  consistencyProof(from: number, to?: number): Uint8Array[];

  /**
   * One self-describing JSON file (UTF-8) that `verifyBundle` checks without this log: the selected entries with their
   * proofs under the latest checkpoint.
   *
   * @throws LogError `index-out-of-range`; `note-malformed`, `log-wrong-origin`, `log-wrong-key` or `log-rolled-back`
   * for a `since` that is not a checkpoint of this log.
   */
  exportBundle(selection?: BundleSelection): Uint8Array;

  /** Reads the whole log and compares everything that is stored twice. Reports what is wrong instead of throwing. */
  check(): Promise<CheckReport>;

  /** Waits for the appends under way, then releases the file. Later calls are refused with `log-closed`. */
  close(): Promise<void>;
}
