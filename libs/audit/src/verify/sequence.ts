import type { BundleExtent } from './bundle-header.ts';
import type { EntryCheck } from './bundle-report.ts';
import type { ReadEntry } from './entry-bytes.ts';
import { hex } from './hex.ts';

interface Before {
  readonly index: number;
  readonly time: number;
  /** Leaf hash that the bundle states of it: 32 bytes. */
  readonly leafHash: Uint8Array;
}

const ORDERED = { name: 'entry order', ok: true, detail: 'after the one before' } as const;
const DISORDERED = { name: 'entry order', ok: false, detail: 'it stands at another place' } as const;
const LINKED = { name: 'chain link', ok: true, detail: 'names the entry before' } as const;
const LATER = { name: 'time order', ok: true, detail: 'not before the entry before' } as const;
const EARLIER = { name: 'time order', ok: false, detail: 'earlier than the entry before' } as const;
const NEXT = { name: 'stream order', ok: true, detail: 'the next of its stream' } as const;
const NO_PREVIOUS = '0'.repeat(64);

/**
 * Checks each entry against the ones before it. Only entries whose bytes have the leaf hash that is stated are compared,
 * so that a false one is not charged to its neighbours.
 */
export class SequenceChecker {
  /** Whether a selection leaves out no event of the streams it holds. */
  readonly #wholeStream: boolean;
  readonly #fromStart: boolean;
  /** Latest versions of the streams that were seen since the last gap: their next events follow at once. */
  readonly #streams = new Map<string, number>();
  /** Latest versions of the other streams: some of their events may be left out. */
  readonly #streamsBeforeGap = new Map<string, number>();
  #before: Before | undefined;
  #hadGap = false;

  constructor(selection: BundleExtent) {
    this.#wholeStream = selection.stream !== undefined && selection.subject === undefined;
    this.#fromStart = selection.from === 0;
  }

  /** @param entry the entry when its bytes are what is stated, else `undefined` */
  check(index: number, leafHash: Uint8Array, entry: ReadEntry | undefined): readonly EntryCheck[] {
    const before = this.#before;
    if (before !== undefined && index <= before.index) {
      this.#gap();
      return [DISORDERED];
    }
    const isNext = before === undefined ? this.#fromStart && index === 0 : index === before.index + 1;
    if (entry === undefined || (!isNext && !this.#wholeStream)) this.#gap();
    this.#before = { index, time: entry?.time ?? before?.time ?? 0, leafHash };
    if (entry === undefined) return [ORDERED];
    const checks: EntryCheck[] = [ORDERED];
    if (index === 0) checks.push(linkOf(entry, NO_PREVIOUS));
    else if (isNext && before !== undefined) checks.push(linkOf(entry, hex(before.leafHash)));
    if (before !== undefined) checks.push(entry.time >= before.time ? LATER : EARLIER);
    checks.push(this.#checkStream(entry));
    return checks;
  }

  #checkStream({ stream, streamVersion }: ReadEntry): EntryCheck {
    const latest = this.#streams.get(stream);
    const least = (latest ?? this.#streamsBeforeGap.get(stream) ?? 0) + 1;
    const isComplete = latest !== undefined || (this.#fromStart && !this.#hadGap);
    this.#streams.set(stream, streamVersion);
    if (isComplete ? streamVersion === least : streamVersion >= least) return NEXT;
    const detail = `event ${streamVersion} stands where event ${least} of its stream belongs`;
    return { name: 'stream order', ok: false, detail };
  }

  #gap(): void {
    this.#hadGap = true;
    for (const [stream, version] of this.#streams) this.#streamsBeforeGap.set(stream, version);
    this.#streams.clear();
  }
}

function linkOf({ previousHex }: ReadEntry, expected: string): EntryCheck {
  if (previousHex === expected) return LINKED;
  return { name: 'chain link', ok: false, detail: 'it names another entry before it than stands there' };
}
