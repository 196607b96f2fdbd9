import type { BundleReportEntry, EntryCheck, EntryCheckName, LineInFile } from '../verify/bundle-report.ts';

/** One entry of a bundle as the page keeps it; the rest is read again from the file when it is looked at. */
export interface EntryRow {
  readonly row: number;
  readonly index: number;
  readonly time: number;
  readonly stream: string;
  readonly streamVersion: number;
  readonly type: string;
  readonly subject: string;
  readonly ok: boolean;
  readonly offset: number;
  readonly length: number;
  readonly leafHash: Uint8Array;
}

/** Failures whose words are kept; of more, only that the entry failed. */
const KEPT_FAILURES = 10_000;
const FIRST_ROWS = 1_024;

/** Distinct texts, each kept once. */
class Names {
  readonly list: string[] = [];
  readonly #ids = new Map<string, number>();

  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#ids.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}

/** What is kept of every entry: about 80 bytes each, so that a million of them fit. */
export class EntryColumns {
  readonly streams = new Names();
  readonly types = new Names();
  readonly subjects = new Names();
  readonly #checked = new Set<EntryCheckName>();
  readonly #failures = new Map<number, readonly EntryCheck[]>();
  /** Rows before which the bundle leaves out entries, and the hashes that stand for these. */
  readonly gaps = new Map<number, readonly Uint8Array[]>();
  /** Where the personal data that the file reveals of a row stands in it. */
  readonly personalLines = new Map<number, LineInFile>();
  /** Position, time, version, offset and length of each entry. */
  #numbers = new Float64Array(FIRST_ROWS * NUMBERS);
  /** Stream, type, subject, and whether it failed. */
  #ids = new Uint32Array(FIRST_ROWS * IDS);
  #hashes = new Uint8Array(FIRST_ROWS * 32);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(entry: BundleReportEntry): void {
    if (this.#size * IDS === this.#ids.length) this.#grow();
    const { index, time, streamVersion, line } = entry;
    this.#numbers.set([index, time, streamVersion, line.offset, line.length], this.#size * NUMBERS);
    const subject = this.subjects.idOf(entry.subject ?? '');
    const ids = [this.streams.idOf(entry.stream), this.types.idOf(entry.type), subject, entry.ok ? 0 : 1];
    this.#ids.set(ids, this.#size * IDS);
    this.#hashes.set(entry.leafHash, this.#size * 32);
    if (entry.subtrees.length > 0) this.gaps.set(this.#size, entry.subtrees);
    if (entry.personalLine !== undefined) this.personalLines.set(this.#size, entry.personalLine);
    for (const { name } of entry.checks) this.#checked.add(name);
    if (!entry.ok && this.#failures.size < KEPT_FAILURES) this.#failures.set(this.#size, entry.checks);
    this.#size += 1;
  }

  row(row: number): EntryRow {
    const [index = 0, time = 0, streamVersion = 0, offset = 0, length = 0] = this.#numbers.subarray(
      row * NUMBERS,
      (row + 1) * NUMBERS,
    );
    const [stream = 0, type = 0, subject = 0, failed] = this.#ids.subarray(row * IDS, (row + 1) * IDS);
    return {
      row,
      index,
      time,
      stream: this.streams.list[stream] ?? '',
      streamVersion,
      type: this.types.list[type] ?? '',
      subject: this.subjects.list[subject] ?? '',
      ok: failed === 0,
      offset,
      length,
      leafHash: this.#hashes.subarray(row * 32, (row + 1) * 32),
    };
  }

  indexOf(row: number): number {
    return this.#numbers[row * NUMBERS] ?? 0;
  }

  timeOf(row: number): number {
    return this.#numbers[row * NUMBERS + 1] ?? 0;
  }

  hasFailed(row: number): boolean {
    return this.#ids[row * IDS + 3] === 1;
  }

  /** The checks of an entry that failed; of one that passed, that every check of the bundle's entries did. */
  checksOf(row: number): readonly EntryCheck[] {
    const failed = this.#failures.get(row);
    if (failed !== undefined) return failed;
    const ok = !this.hasFailed(row);
    return [...this.#checked].map((name) => ({ name, ok, detail: ok ? 'passed' : 'one of these failed' }));
  }

  /** The rows whose ids are accepted, in order. */
  select(
    streams: ReadonlySet<number>,
    types: ReadonlySet<number>,
    subjects: ReadonlySet<number>,
  ): Uint32Array {
    const rows = new Uint32Array(this.#size);
    let found = 0;
    for (let row = 0; row < this.#size; row += 1) {
      const at = row * IDS;
      const isSelected =
        streams.has(this.#ids[at] ?? 0) &&
        types.has(this.#ids[at + 1] ?? 0) &&
        subjects.has(this.#ids[at + 2] ?? 0);
      if (isSelected) rows[found++] = row;
    }
    return rows.subarray(0, found);
  }

  #grow(): void {
    const rows = this.#size * 2;
    this.#numbers = grown(this.#numbers, new Float64Array(rows * NUMBERS));
    this.#ids = grown(this.#ids, new Uint32Array(rows * IDS));
    this.#hashes = grown(this.#hashes, new Uint8Array(rows * 32));
  }
}

const NUMBERS = 5;
const IDS = 4;

function grown<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
