import { backupLog, type BackupReport, type TaskProgress } from '../backup/backup-log.ts';
import type { BundleSelection } from '../bundle/bundle-selection.ts';
import type { BundleExport } from '../bundle/export-bundle.ts';
import type { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import type { Checkpoint } from '../checkpoint/checkpoint-text.ts';
import type { LogEntry } from '../event/entry.ts';
import { Erasure, OWN_STREAMS } from '../erasure/erasure.ts';
import type { Subjects } from '../erasure/subjects.ts';
import { personalPart, prepareEvent, type NewEvent } from '../event/new-event.ts';
import { LogError } from '../log-error.ts';
import type { CheckpointPin } from '../pin/checkpoint-pin.ts';
import { pinWith } from '../pin/pin-with.ts';
import type { LogRecords } from '../store/log-records.ts';
import { pruneLog, type PruneReport } from '../prune/prune-log.ts';
import type { TiledLog } from '../tiles/tiled-log.ts';
import { checkLog, type CheckReport } from './check-log.ts';
import { selectEntries, type EntrySelection } from './entry-reader.ts';
import type { Log, LogOptions } from './log.ts';
import { LogEvidence } from './log-evidence.ts';
import { LogTree } from './log-tree.ts';
import type { Receipt } from './receipt.ts';
import { recover } from './recovery.ts';
import type { Sequencer } from './sequencer.ts';

/** A log over a store: the sequencer writes, everything else reads what is durable. Refuses every call once it is closed. */
export class StoredLog implements Log {
  readonly origin: string;
  readonly subjects: Subjects;
  readonly #issuer: CheckpointIssuer;
  readonly #records: LogRecords;
  readonly #sequencer: Sequencer;
  readonly #tree: LogTree;
  readonly #erasure: Erasure;
  readonly #evidence: LogEvidence;
  readonly #pin: CheckpointPin | undefined;
  readonly #release: () => Promise<void>;
  #closing: Promise<void> | undefined;

  /** @param release called once, when the log is closed */
  constructor(
    { origin, personalData, pin, clock = Date.now }: LogOptions,
    issuer: CheckpointIssuer,
    records: LogRecords,
    sequencer: Sequencer,
    release: () => Promise<void>,
  ) {
    this.origin = origin;
    this.#issuer = issuer;
    this.#records = records;
    this.#sequencer = sequencer;
    this.#tree = new LogTree(sequencer);
    this.#pin = pin;
    this.#release = release;
    const own = {
      origin,
      append: (events: readonly NewEvent[]) => this.#record(events),
      read: (selection: EntrySelection) => this.read(selection),
    };
    this.#erasure = new Erasure(own, records, personalData, clock);
    this.subjects = this.#erasure;
    const read = (selection: EntrySelection) => this.read(selection);
    this.#evidence = new LogEvidence({
      ...{ origin, issuer, sequencer, pin, read },
      tree: this.#tree,
      subjects: this.#erasure,
    });
  }

  get size(): number {
    return this.#sequencer.size;
  }

  append(event: NewEvent): Promise<Receipt>;
  append(events: readonly NewEvent[]): Promise<readonly Receipt[]>;
  async append(events: NewEvent | readonly NewEvent[]): Promise<Receipt | undefined | readonly Receipt[]> {
    this.#refuseClosed();
    if (isEvent(events)) {
      const [receipt] = await this.#append([events]);
      return receipt;
    }
    return events.length === 0 ? [] : this.#append(events);
  }

  read(selection: EntrySelection = {}): AsyncIterable<LogEntry> {
    this.#refuseClosed();
    return this.#whileOpen(
      selectEntries(this.#records, this.#sequencer.index, this.origin, this.size, selection),
    );
  }

  async streamVersion(stream: string): Promise<number> {
    this.#refuseClosed();
    return await this.#sequencer.index.streamVersion(stream);
  }

  async checkpoint(): Promise<string> {
    this.#refuseClosed();
    return await this.#sequencer.checkpoint();
  }

  async inclusionProof(index: number, treeSize: number = this.size): Promise<Uint8Array[]> {
    this.#refuseClosed();
    return await this.#tree.inclusionProof(index, treeSize);
  }

  async proof(index: number, extra?: Uint8Array): Promise<string> {
    this.#refuseClosed();
    return await this.#evidence.proof(index, extra);
  }

  async consistencyProof(from: number, to: number = this.size): Promise<Uint8Array[]> {
    this.#refuseClosed();
    return await this.#tree.consistencyProof(from, to);
  }

  async tile(level: number, index: number, treeSize: number = this.size): Promise<Uint8Array> {
    this.#refuseClosed();
    return await this.#tree.tile(level, index, treeSize);
  }

  exportBundle(selection: BundleSelection = {}): BundleExport {
    this.#refuseClosed();
    return this.#evidence.bundle(selection);
  }

  /**
   * What opening ends with: the log must contain what was pinned, what a crash left unpinned is pinned, and erasures that
   * it interrupted are completed.
   *
   * @param ofPin what the pin of this log holds
   * @param ofCaller what else is known of it
   */
  async resume(ofPin: Checkpoint | undefined, ofCaller: Checkpoint | undefined): Promise<void> {
    for (const pinned of [ofPin, ofCaller]) if (pinned !== undefined) await this.#tree.requireTree(pinned);
    const { size } = this;
    if (this.#pin !== undefined && size > (ofPin?.size ?? 0)) {
      const checkpoint = await this.checkpoint();
      await pinWith(this.#pin, checkpoint, (from) => this.#tree.consistencyProof(from, size));
    }
    await this.#erasure.completePending();
  }

  async check(onProgress?: (done: number, total: number) => void): Promise<CheckReport> {
    this.#refuseClosed();
    const checkHead = (): Promise<unknown> => recover(this.#records, this.#issuer, this.origin);
    return await checkLog(this.#records, this.origin, checkHead, onProgress);
  }

  async firstIndex(): Promise<number> {
    this.#refuseClosed();
    return await this.#records.firstIndex();
  }

  async prune(
    before: number,
    archive: TiledLog,
    onProgress?: (done: number, total: number) => void,
  ): Promise<PruneReport> {
    this.#refuseClosed();
    const source = {
      records: this.#records,
      size: this.size,
      requireContains: (checkpoint: string) => this.requireContains(checkpoint),
      record: (event: NewEvent) => this.#record([event]),
    };
    return await pruneLog(source, archive, before, onProgress);
  }

  async backup(path: string, onProgress?: (progress: TaskProgress) => void): Promise<BackupReport> {
    this.#refuseClosed();
    const checkpoint = await this.#sequencer.storedCheckpoint();
    const source = { origin: this.origin, records: this.#records, issuer: this.#issuer, checkpoint };
    return await backupLog(source, path, onProgress);
  }

  close(): Promise<void> {
    this.#closing ??= this.#sequencer.finish().finally(() => {
      this.#erasure.close();
      return this.#release();
    });
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async requireContains(checkpoint: string): Promise<void> {
    this.#refuseClosed();
    await this.#tree.requireTree(this.#issuer.open(checkpoint));
  }

  #append(events: readonly NewEvent[]): Promise<readonly Receipt[]> {
    for (const { stream } of events) refuseOwnStream(stream);
    const personal = events.map(personalPart);
    // Without personal data, what an event says is taken down in the turn in which it was handed over.
    const hasNone = personal.every((part) => part === undefined);
    return hasNone
      ? this.#sequencer.append(events.map((event) => prepareEvent(event)))
      : this.#appendWith(events, personal);
  }

  async #appendWith(
    events: readonly NewEvent[],
    personal: readonly ReturnType<typeof personalPart>[],
  ): Promise<readonly Receipt[]> {
    const prepared = events.map((event) => prepareEvent(event));
    const withPersonal = prepared.map(async (event, place) => {
      const part = personal[place];
      return part === undefined
        ? event
        : { ...event, personal: await this.#erasure.protect(part.subject, part.json) };
    });
    const ready = await Promise.all(withPersonal);
    this.#refuseClosed();
    return this.#sequencer.append(ready);
  }

  /** Appends what the log says of itself. */
  async #record(events: readonly NewEvent[]): Promise<void> {
    this.#refuseClosed();
    await this.#sequencer.append(events.map((event) => prepareEvent(event)));
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw new LogError('log-closed', 'the log is closed');
  }

  async *#whileOpen(entries: AsyncIterable<LogEntry>): AsyncIterable<LogEntry> {
    for await (const entry of entries) {
      yield entry;
      this.#refuseClosed();
    }
  }
}

function refuseOwnStream(stream: string): void {
  if (typeof stream !== 'string' || !stream.startsWith(OWN_STREAMS)) return;
  throw new LogError('event-malformed', 'only the log itself writes to this stream', {
    value: JSON.stringify(stream.slice(0, 64)),
    limit: `a stream that does not begin with ${OWN_STREAMS}`,
  });
}

function isEvent(events: NewEvent | readonly NewEvent[]): events is NewEvent {
  return !Array.isArray(events);
}
