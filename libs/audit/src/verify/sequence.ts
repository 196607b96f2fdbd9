import type { BundleExtent } from './bundle-file.ts';
import type { CheckList } from './check-list.ts';
import type { ReadEntry } from './entry-bytes.ts';
import { equal } from './merkle-proof.ts';

interface Before {
  readonly index: number;
  readonly time: number;
  /** Leaf hash of the entry, when it is proven. */
  readonly leafHash: Uint8Array | undefined;
}

interface StreamState {
  readonly version: number;
  /** How many gaps there had been when this version was seen. */
  readonly gaps: number;
}

/**
 * Checks each entry against the ones before it. Only entries that the tree proves are compared, so that a false one
 * is not charged to its neighbours.
 */
export class SequenceChecker {
  readonly #list: CheckList;
  /** Whether a selection leaves out no event of the streams it holds. */
  readonly #wholeStream: boolean;
  readonly #fromStart: boolean;
  readonly #streams = new Map<string, StreamState>();
  #before: Before | undefined;
  #gaps = 0;

  constructor(list: CheckList, selection: BundleExtent) {
    this.#list = list;
    this.#wholeStream = selection.stream !== undefined && selection.subject === undefined;
    this.#fromStart = selection.from === 0;
  }

  /** @param entry the entry when its inclusion is proven, else `undefined` */
  next(index: number, leafHash: Uint8Array, entry: ReadEntry | undefined): void {
    const before = this.#before;
    const ordered = before === undefined || index > before.index;
    this.#list.addFor(index, 'entry order', ordered, 'after the one before', 'it stands at another place');
    if (!ordered) {
      this.#gaps += 1;
      return;
    }
    const adjacent = before === undefined ? this.#fromStart && index === 0 : index === before.index + 1;
    if (!adjacent && !this.#wholeStream) this.#gaps += 1;
    if (entry === undefined) this.#gaps += 1;
    else this.#checkProven(entry, adjacent);
    this.#before = { index, time: entry?.time ?? before?.time ?? 0, leafHash: entry && leafHash };
  }

  #checkProven(entry: ReadEntry, adjacent: boolean): void {
    const { index } = entry;
    const previous = index === 0 ? new Uint8Array(32) : adjacent ? this.#before?.leafHash : undefined;
    if (previous !== undefined) {
      const linked = equal(previous, bytesOf(entry.previousHex));
      this.#list.addFor(index, 'chain link', linked, 'names the entry before', 'chain link broken');
    }
    if (this.#before !== undefined) {
      const later = entry.time >= this.#before.time;
      this.#list.addFor(
        index,
        'time order',
        later,
        'not before the one before',
        'earlier than the entry before',
      );
    }
    this.#checkStream(entry);
  }

  #checkStream({ index, stream, streamVersion }: ReadEntry): void {
    const known = this.#streams.get(stream);
    const complete = (known?.gaps ?? 0) === this.#gaps && (known !== undefined || this.#fromStart);
    const least = (known?.version ?? 0) + 1;
    const ok = complete ? streamVersion === least : streamVersion >= least;
    this.#list.addFor(
      index,
      'stream order',
      ok,
      `event ${streamVersion} of its stream`,
      `event ${streamVersion} stands where event ${least} of its stream belongs`,
    );
    this.#streams.set(stream, { version: streamVersion, gaps: this.#gaps });
  }
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
