import { BundleAnchors } from './bundle-anchors.ts';
import { BUNDLE_FORMAT, MAX_HEADER_BYTES, readBundleHeader, type BundleHeader } from './bundle-header.ts';
import {
  MAX_LINE_BYTES,
  readBundleLine,
  type AnchorLine,
  type EndLine,
  type EntryLine,
  type PersonalLine,
} from './bundle-line.ts';
import type { BundleReport, BundleReportEntry } from './bundle-report.ts';
import { CheckList } from './check-list.ts';
import { Completeness } from './completeness.ts';
import { EntryVerifier } from './entry-verifier.ts';
import { hex } from './hex.ts';
import { InclusionChecker } from './inclusion.ts';
import { LineSplitter, type FileLine } from './line-splitter.ts';
import { readCheckpoint, type CheckpointStatement } from './checkpoint-text.ts';
import { noteText, openNote } from './note.ts';
import { type ReadEntryLine, withPersonalData } from './personal-line.ts';
import { PinnedCheckpoint } from './pinned-checkpoint.ts';
import type { TrustPolicy } from './trust-policy.ts';
import { checkWitnesses } from './witness-check.ts';

/** What the header of a bundle leads to: what checks the entries as they come. */
interface Reading {
  readonly header: BundleHeader;
  readonly head: CheckpointStatement | undefined;
  readonly entries: EntryVerifier;
  readonly inclusion: InclusionChecker;
  readonly completeness: Completeness;
  readonly pinned: PinnedCheckpoint | undefined;
}

/** Called with each entry in the order of the file, when everything is checked that can be checked without the rest. */
export type OnEntry = (entry: BundleReportEntry) => void;

/** Verifies a bundle whose bytes come in pieces, in memory that does not grow with the number of entries. */
export class BundleVerifier {
  readonly #list = new CheckList();
  readonly #anchors: BundleAnchors;
  readonly #lines = new LineSplitter(Math.max(MAX_LINE_BYTES, MAX_HEADER_BYTES));
  readonly #trust: TrustPolicy;
  readonly #onEntry: OnEntry | undefined;
  #reading: Reading | undefined;
  /** The entry that was read last, while the next line may still reveal personal data of it. */
  #latest: ReadEntryLine | undefined;
  #end: EndLine | undefined;
  #lineNumber = 0;
  #entryCount = 0;
  #formProblem: string | undefined;

  constructor(trust: TrustPolicy, onEntry?: OnEntry) {
    this.#trust = trust;
    this.#anchors = new BundleAnchors(trust);
    this.#onEntry = onEntry;
  }

  /** Takes the next bytes of the file. */
  push(piece: Uint8Array): void {
    for (const line of this.#lines.push(piece)) {
      if (this.#isOver) return;
      this.#readLine(line);
    }
  }

  /** Whether nothing that follows can change what is found. */
  get #isOver(): boolean {
    const hasNoHeader = this.#lineNumber > 0 && this.#reading === undefined;
    return hasNoHeader || (this.#end !== undefined && this.#formProblem !== undefined);
  }

  /** What was found, when the file has ended. */
  finish(): BundleReport {
    this.#tellOfLatest();
    this.#list.add('bundle format', ...this.#formVerdict());
    const reading = this.#reading;
    if (reading !== undefined) this.#conclude(reading);
    const treeSize = reading?.head?.size ?? 0;
    return {
      ok: this.#list.ok,
      summary: this.#list.summary(this.#entryCount, treeSize),
      origin: reading?.header.origin ?? '',
      treeSize,
      rootHash: hex(reading?.head?.rootHash ?? new Uint8Array(0)),
      entryCount: this.#entryCount,
      anchors: this.#anchors.findings,
      endSubtrees: this.#end?.subtrees ?? [],
      isIncluded: reading?.inclusion.ok ?? false,
      checks: this.#list.checks,
    };
  }

  #readLine(line: FileLine): void {
    this.#lineNumber += 1;
    if (this.#lineNumber === 1) {
      const header = readBundleHeader(line.bytes);
      if (typeof header === 'string') this.#formProblem = header;
      else this.#reading = this.#begin(header);
      return;
    }
    if (this.#reading === undefined) return;
    if (this.#end !== undefined) {
      this.#formProblem ??= `line ${this.#lineNumber} stands behind the end`;
      return;
    }
    const read = readBundleLine(line.bytes);
    if (read === undefined) this.#formProblem ??= `line ${this.#lineNumber} is of no kind that a bundle has`;
    else if ('personalOf' in read) this.#readPersonal(read, line);
    else if ('anchor' in read) this.#readAnchor(this.#reading, read);
    else if ('entries' in read) this.#end = read;
    else this.#readEntry(this.#reading, read, line);
  }

  #begin(header: BundleHeader): Reading {
    const { origin } = this.#trust;
    const isOrigin = header.origin === origin;
    const other = `the bundle is of ${quoted(header.origin)}, not of ${quoted(origin)}`;
    this.#list.add('origin', isOrigin, isOrigin ? origin : other);
    const head = this.#checkCheckpoint(header);
    const pin = this.#trust.pinnedCheckpoint;
    const pinned = pin === undefined ? undefined : new PinnedCheckpoint(pin, this.#trust);
    return {
      header,
      head,
      entries: new EntryVerifier(header.selection, origin),
      inclusion: new InclusionChecker(head, (fold) => pinned?.observe(fold)),
      completeness: new Completeness(header.selection),
      pinned,
    };
  }

  /** The checkpoint as it is stated, whether its signature verifies or not, so that the entries can still be examined. */
  #checkCheckpoint({ checkpoint }: BundleHeader): CheckpointStatement | undefined {
    const { origin, publicKey } = this.#trust;
    const note = openNote(checkpoint, origin, publicKey);
    this.#list.add('checkpoint signature', note.ok, note.ok ? 'signed by the trusted key' : note.reason);
    const head = readCheckpoint(noteText(checkpoint) ?? '');
    const isOfLog = head?.origin === origin;
    const states = head === undefined ? 'no checkpoint' : `a checkpoint of ${quoted(head.origin)}`;
    this.#list.add('checkpoint', isOfLog, isOfLog ? `${head.size} entries` : states);
    const { witnesses } = this.#trust;
    if (witnesses !== undefined) {
      const { ok, detail } = checkWitnesses(checkpoint, witnesses, this.#trust);
      this.#list.add('witness quorum', ok, detail);
    }
    return head;
  }

  #readEntry(reading: Reading, read: EntryLine, { offset, bytes }: FileLine): void {
    this.#tellOfLatest();
    this.#entryCount += 1;
    reading.inclusion.add(read);
    const verified = reading.entries.verify(read, { offset, length: bytes.length });
    reading.completeness.see(read.index, verified.streamVersion);
    this.#latest = verified;
  }

  /** Anchors stand before the entries. */
  #readAnchor({ head }: Reading, read: AnchorLine): void {
    const problem =
      this.#entryCount > 0
        ? `line ${this.#lineNumber}: an anchor stands behind entries`
        : this.#anchors.add(read, head);
    this.#formProblem ??= problem;
  }

  /** Personal data stands right behind the entry that it is of, once. */
  #readPersonal(read: PersonalLine, { offset, bytes }: FileLine): void {
    const latest = this.#latest;
    if (latest?.entry.index !== read.personalOf || latest.entry.personalLine !== undefined) {
      this.#formProblem ??= `line ${this.#lineNumber} is not of the entry before it`;
      return;
    }
    const line = { offset, length: bytes.length };
    this.#latest = { ...latest, entry: withPersonalData(latest, read, this.#trust.origin, line) };
  }

  #tellOfLatest(): void {
    const entry = this.#latest?.entry;
    this.#latest = undefined;
    if (entry === undefined) return;
    this.#list.addEntry(entry.index, entry.checks);
    this.#onEntry?.(entry);
  }

  #conclude({ header, head, inclusion, completeness, pinned }: Reading): void {
    inclusion.finish(this.#end);
    this.#list.add('inclusion proof', inclusion.ok, inclusion.detail);
    pinned?.check(this.#list, header, head, inclusion.ok);
    this.#anchors.conclude(this.#list);
    const size = head?.size ?? 0;
    const problem = completeness.problem(size, this.#end?.entries, this.#trust);
    this.#list.add('completeness', problem === undefined, problem ?? completeness.extent(size));
  }

  #formVerdict(): [boolean, string] {
    if (this.#formProblem !== undefined) return [false, this.#formProblem];
    if (this.#lines.tooLong)
      return [false, `line ${this.#lineNumber + 1} is longer than ${MAX_LINE_BYTES} bytes`];
    if (this.#lines.incomplete > 0) return [false, `cut short in line ${this.#lineNumber + 1}`];
    if (this.#lineNumber === 0) return [false, 'empty'];
    if (this.#end === undefined) return [false, `cut short after line ${this.#lineNumber}`];
    return [true, BUNDLE_FORMAT];
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 256));
}
