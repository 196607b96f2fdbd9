import type { BundleExtent } from './bundle-header.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** What was seen of the entries, in order. */
export class Completeness {
  readonly #selection: BundleExtent;
  #entries = 0;
  #next: number;
  #problem: string | undefined;
  #lastVersion = 0;

  constructor(selection: BundleExtent) {
    this.#selection = selection;
    this.#next = selection.from;
  }

  /** @param streamVersion of the entry in its stream; `undefined` when it cannot be read */
  see(index: number, streamVersion: number | undefined): void {
    const { from, to } = this.#selection;
    this.#entries += 1;
    this.#lastVersion = streamVersion ?? this.#lastVersion;
    if (index < from || index >= to) this.#problem ??= `entry ${index} is outside of ${rangeText(from, to)}`;
    else if (index < this.#next) this.#problem ??= `entry ${index} is there twice, or at another place`;
    else if (index > this.#next && !this.#isPart) this.#problem ??= `entry ${this.#next} is missing`;
    this.#next = Math.max(this.#next, index + 1);
  }

  /**
   * What is missing of what the bundle says that it holds, or of what the policy asks for; `undefined` when nothing is.
   *
   * @param stated number of entries by the last line; `undefined` when there is no such line
   */
  problem(treeSize: number, stated: number | undefined, trust: TrustPolicy): string | undefined {
    const { from, to, listed } = this.#selection;
    if (to > treeSize) return `the bundle reaches to entry ${to - 1}, the checkpoint to ${treeSize - 1}`;
    const isWhole = from === 0 && to === treeSize && !this.#isPart;
    if (trust.wholeLog === true && !isWhole) {
      return `the bundle does not hold the whole log of ${treeSize} entries`;
    }
    if (this.#problem !== undefined) return this.#problem;
    if (!this.#isPart && this.#next < to)
      return `entry ${this.#next} is missing, with ${to - this.#next - 1} more`;
    if (listed !== undefined && listed !== this.#entries)
      return `${this.#entries} of ${listed} listed entries`;
    if (stated === this.#entries) return undefined;
    return stated === undefined
      ? `cut short after ${this.#entries} entries`
      : `${this.#entries} entries, and the last line says ${stated}`;
  }

  /** What the bundle holds, and what nothing proves of it. */
  extent(treeSize: number): string {
    const { from, to, stream, subject, listed } = this.#selection;
    const entries = `${this.#entries} ${this.#entries === 1 ? 'entry' : 'entries'}`;
    if (listed !== undefined) return `${entries} that were listed, of ${treeSize}; of others it says nothing`;
    if (subject !== undefined) {
      const where = stream === undefined ? '' : ` in stream ${JSON.stringify(stream)}`;
      return `${entries} about subject ${JSON.stringify(subject)}${where}; that there are no more is not proven`;
    }
    if (stream !== undefined) return `${entries} of stream ${JSON.stringify(stream)}${this.#versionsText()}`;
    return to - from === treeSize ? `the whole log of ${entries}` : `${rangeText(from, to)} of ${treeSize}`;
  }

  /** Versions of a stream count from 1, so that those before the last one are all there. */
  #versionsText(): string {
    const isFromFirst =
      this.#selection.from === 0 && this.#entries > 0 && this.#lastVersion === this.#entries;
    return isFromFirst
      ? `: versions 1 to ${this.#lastVersion} without a gap; that none follow is not proven`
      : '; that there are no more is not proven';
  }

  /** Whether entries between `from` and `to` may be absent. */
  get #isPart(): boolean {
    const { stream, subject, listed } = this.#selection;
    return stream !== undefined || subject !== undefined || listed !== undefined;
  }
}

function rangeText(from: number, to: number): string {
  return from === to ? `no entries (${from} to ${to})` : `entries ${from} to ${to - 1}`;
}
