import type { CheckpointSigner } from '../checkpoint/checkpoint-signer.ts';
import type { LogEntry } from '../event/entry.ts';
import type { NewEvent } from '../event/new-event.ts';
import type { BundleSelection } from '../bundle/bundle-selection.ts';
import type { BundleExport } from '../bundle/export-bundle.ts';
import type { ObserveLog } from '../metrics/log-observation.ts';
import type { NoteSigner } from '../note/note-signer.ts';
import type { CheckpointPin } from '../pin/checkpoint-pin.ts';
import type { BackupReport, TaskProgress } from '../backup/backup-log.ts';
import type { PersonalDataOptions } from '../erasure/erasure.ts';
import type { Subjects } from '../erasure/subjects.ts';
import type { PruneReport } from '../prune/prune-log.ts';
import type { TiledLog } from '../tiles/tiled-log.ts';
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
  /**
   * Signs checkpoints with Ed25519; a token may take its time. Its key is the one that verifiers trust for this origin.
   */
  readonly signer: CheckpointSigner;
  /**
   * Sign every checkpoint beside `signer`, such as `cosigner(origin, key)` with an ML-DSA-44 key; at most 15, since verifiers
   * need not accept more than 16 signatures. Nothing in the log depends on them: they may change from one opening to the next.
   */
  readonly coSigners?: readonly NoteSigner[];
  /** Milliseconds since 1970; the system's clock when absent. */
  readonly clock?: () => number;
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
  /** Is told what the log does, such as {@link logMetrics}. */
  readonly observe?: ObserveLog;
  /** What personal data is sealed under, and how long it has to stay; without it, events have none. */
  readonly personalData?: PersonalDataOptions;
}

/** One hash-chained, provable log: journal, audit trail and source of receipts at once. */
export interface Log extends AsyncDisposable {
  readonly origin: string;
  /** Entries that are durable. */
  readonly size: number;
  /** Personal data in the log, and its erasure. */
  readonly subjects: Subjects;

  /**
   * Records an event, or several together: all of them or none, across streams. Resolves when they are durable, sealed
   * under the log's key and, where the log has a `pin`, covered by a signed checkpoint that is pinned.
   *
   * @throws LogError `event-malformed`, `event-too-large`, `version-conflict`, `idempotency-conflict`, `log-full`,
   * `log-io`, `log-corrupt`, `signer-failed`, `pin-failed`, `clock-malformed`, `clock-behind`, `log-unusable` or
   * `log-closed`: then none of these events is in the log, except that with a commit or a pin that failed
   * (`log-unusable` from then on), only opening the log again tells. A repeated call that failed is in the log from before.
   */
  append(event: NewEvent): Promise<Receipt>;
  append(events: readonly NewEvent[]): Promise<readonly Receipt[]>;

  /**
   * Entries in order, those of one stream, about one subject, in a range `from` up to and without `to`, or all.
   *
   * @throws LogError `index-out-of-range`; `log-corrupt` while iterating, where damage is met.
   */
  read(selection?: EntrySelection): AsyncIterable<LogEntry>;

  /** Events in a stream, 0 for an unknown one. */
  streamVersion(stream: string): Promise<number>;

  /**
   * A signed checkpoint that covers everything that is durable (C2SP tlog-checkpoint). It is signed when it is asked for,
   * and otherwise when the log is idle, a full tile of 256 entries after the one before, or when it is to be pinned.
   *
   * @throws LogError `signer-failed`.
   */
  checkpoint(): Promise<string>;

  /**
   * RFC 6962 audit path of an entry in the tree of the first `treeSize` entries, leaf side first.
   *
   * @throws LogError `index-out-of-range`.
   */
  inclusionProof(index: number, treeSize?: number): Promise<Uint8Array[]>;

  /**
   * One text file that proves an entry offline (C2SP tlog-proof, stored as `.tlog-proof`): its position, its audit path and
   * the checkpoint; where the log has a `pin` that adds cosignatures, as a quorum of witnesses does, the cosigned one.
   * `verifyTlogProof` checks it.
   *
   * @param extra of the application, up to 64 KiB, that nothing authenticates
   * @throws LogError `index-out-of-range`, `option-malformed`, `signer-failed`, `pin-failed`.
   */
  proof(index: number, extra?: Uint8Array): Promise<string>;

  /**
   * RFC 6962 proof that the tree of `to` entries continues the tree of `from` entries.
   *
   * @throws LogError `index-out-of-range`.
   */
  consistencyProof(from: number, to?: number): Promise<Uint8Array[]>;

  /**
   * A tile of the tree of the first `treeSize` entries (C2SP tlog-tiles): 1 to 256 hashes of 32 bytes, joined.
   *
   * @throws LogError `index-out-of-range` for one that this tree has not.
   */
  tile(level: number, index: number, treeSize?: number): Promise<Uint8Array>;

  /** @throws LogError `log-rolled-back` unless the log contains that checkpoint; as {@link exportBundle} for `since`. */
  requireContains(checkpoint: string): Promise<void>;

  /**
   * One self-describing file of JSON lines that `verifyBundle` checks without this log: the selected entries and one
   * proof of them all under the latest checkpoint. It is made while it is read, so that it may be larger than memory;
   * `await log.exportBundle().bytes()` gives it whole.
   *
   * Reading it rejects with LogError `index-out-of-range`; `note-malformed`, `log-wrong-origin`, `log-wrong-key` or
   * `log-rolled-back` for a `checkpoint`, a `since` or an anchor that is not of this log; `anchor-malformed`, `option-malformed`;
   * `personal-data-unavailable`; `log-corrupt` where damage is met.
   *
   * @throws LogError `log-closed`.
   */
  exportBundle(selection?: BundleSelection): BundleExport;

  /**
   * Reads the whole log and compares everything that is stored twice. Reports what is wrong instead of throwing.
   *
   * @param onProgress entries that are read, of how many
   */
  check(onProgress?: (done: number, total: number) => void): Promise<CheckReport>;

  /**
   * Copies the store of this log to a new file while it goes on, and proves the copy by reading it; see
   * {@link restoreLog}.
   *
   * @throws LogError `backup-refused`, `signer-failed`, `log-full`, `log-io`, `log-cannot-open`.
   */
  backup(path: string, onProgress?: (progress: TaskProgress) => void): Promise<BackupReport>;

  /** The first entry that was not pruned. */
  firstIndex(): Promise<number>;

  /**
   * Deletes old entries from the store, after each of them was read from an archive and proven; see
   * {@link publishTiles} and {@link openTiledLog}. Their hashes stay, so that every proof can still be made. Whole tiles go;
   * at least the last 257 entries stay. Journals that are read from their beginning no longer are.
   *
   * @throws LogError `prune-refused`, `log-rolled-back`, or what reading the archive throws: then nothing was deleted.
   */
  prune(
    before: number,
    archive: TiledLog,
    onProgress?: (done: number, total: number) => void,
  ): Promise<PruneReport>;

  /**
   * Waits for the appends under way, signs and stores the last checkpoint, and releases the log. Later calls are refused
   * with `log-closed`.
   *
   * @throws LogError `signer-failed` or `log-io` when that checkpoint could not be kept: the entries are, and the log is
   * released. A log that is full is closed without it.
   */
  close(): Promise<void>;
}
