import { exportBundle, type BundleSelection } from '../bundle/export-bundle.ts';
import type { Checkpoint, CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import type { LogEntry } from '../event/entry.ts';
import { prepareEvent, type NewEvent } from '../event/new-event.ts';
import { LogError } from '../log-error.ts';
import { consistencyProof } from '../merkle/consistency-proof.ts';
import { inclusionProof } from '../merkle/inclusion-proof.ts';
import { EMPTY_ROOT } from '../merkle/tree-hash.ts';
import type { LogStore } from '../store/log-store.ts';
import { checkLog, type CheckReport } from './check-log.ts';
import { selectEntries, type EntrySelection } from './entry-reader.ts';
import type { Log } from './log.ts';
import type { Receipt } from './receipt.ts';
import type { Sequencer } from './sequencer.ts';

/** A log over a store: the sequencer writes, everything else reads what is durable. */
export class StoredLog implements Log {
  readonly origin: string;
  readonly #issuer: CheckpointIssuer;
  readonly #store: LogStore;
  readonly #sequencer: Sequencer;
  #closing: Promise<void> | undefined;

  constructor(origin: string, issuer: CheckpointIssuer, store: LogStore, sequencer: Sequencer) {
    this.origin = origin;
    this.#issuer = issuer;
    this.#store = store;
    this.#sequencer = sequencer;
  }

  get size(): number {
    return this.#sequencer.size;
  }

  append(event: NewEvent): Promise<Receipt>;
  append(events: readonly NewEvent[]): Promise<readonly Receipt[]>;
  async append(events: NewEvent | readonly NewEvent[]): Promise<Receipt | undefined | readonly Receipt[]> {
    this.#refuseClosed();
    if (isEvent(events)) {
      const [receipt] = await this.#sequencer.append([prepareEvent(events)]);
      return receipt;
    }
    return events.length === 0 ? [] : this.#sequencer.append(events.map(prepareEvent));
  }

  read(selection: EntrySelection = {}): Iterable<LogEntry> {
    this.#refuseClosed();
    return this.#whileOpen(
      selectEntries(this.#store, this.#sequencer.index, this.origin, this.size, selection),
    );
  }

  streamVersion(stream: string): number {
    this.#refuseClosed();
    return this.#sequencer.index.streamVersion(stream);
  }

  checkpoint(): string {
    this.#refuseClosed();
    return this.#sequencer.checkpoint;
  }

  inclusionProof(index: number, treeSize: number = this.size): Uint8Array[] {
    this.#refuseClosed();
    this.#refuseBeyond('tree size', treeSize, 1, this.size);
    this.#refuseBeyond('index', index, 0, treeSize - 1);
    return copies(inclusionProof(this.#sequencer.hashes, index, treeSize));
  }

  consistencyProof(from: number, to: number = this.size): Uint8Array[] {
    this.#refuseClosed();
    this.#refuseBeyond('tree size', to, 0, this.size);
    this.#refuseBeyond('tree size', from, 0, to);
    return copies(consistencyProof(this.#sequencer.hashes, from, to));
  }

  exportBundle(selection: BundleSelection = {}): Uint8Array {
    this.#refuseClosed();
    const since = selection.since === undefined ? undefined : this.#issuer.open(selection.since);
    if (since !== undefined) this.requireContains(since);
    return exportBundle(this, this.#issuer.publicKey, selection, since?.size);
  }

  async check(): Promise<CheckReport> {
    this.#refuseClosed();
    await this.#sequencer.drained();
    return checkLog(this.#store, this.#issuer, this.origin);
  }

  close(): Promise<void> {
    this.#closing ??= this.#sequencer.drained().then(() => {
      this.#store.close();
    });
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @throws LogError `log-rolled-back` unless the log began with exactly that tree. */
  requireContains(checkpoint: Checkpoint): void {
    const { size, rootHash } = checkpoint;
    const contained = size <= this.size && Buffer.compare(this.#rootAt(size), rootHash) === 0;
    if (contained) return;
    throw new LogError('log-rolled-back', 'the log does not contain the checkpoint', {
      value: `${this.size} entries`,
      limit: `a checkpoint of ${size} entries`,
    });
  }

  #rootAt(size: number): Uint8Array {
    return size === 0 ? EMPTY_ROOT : this.#sequencer.hashes.range(0, size);
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw new LogError('log-closed', 'the log is closed');
  }

  #refuseBeyond(what: string, given: number, least: number, most: number): void {
    if (Number.isSafeInteger(given) && least <= given && given <= most) return;
    throw new LogError('index-out-of-range', `the log has no such ${what}`, {
      value: String(given),
      limit: `${least} to ${most}`,
    });
  }

  *#whileOpen(entries: Iterable<LogEntry>): Iterable<LogEntry> {
    for (const entry of entries) {
      yield entry;
      this.#refuseClosed();
    }
  }
}

function isEvent(events: NewEvent | readonly NewEvent[]): events is NewEvent {
  return !Array.isArray(events);
}

/** Copies, because the hashes are views of tiles that later proofs are made from. */
function copies(hashes: readonly Uint8Array[]): Uint8Array[] {
  return hashes.map((hash) => new Uint8Array(hash));
}
