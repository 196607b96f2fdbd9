import type { BundleExtent } from './bundle-header.ts';
import type { EntryLine } from './bundle-line.ts';
import type { BundleReportEntry, EntryCheck } from './bundle-report.ts';
import { readEntryBytes, type ReadEntry } from './entry-bytes.ts';
import { equal, hashLeaf } from './merkle-proof.ts';
import type { ReadEntryLine } from './personal-line.ts';
import { SequenceChecker } from './sequence.ts';

const CANONICAL = { name: 'entry form', ok: true, detail: 'canonical' } as const;
const AS_STATED = { name: 'leaf hash', ok: true, detail: 'as stated' } as const;
const WITHHELD = { state: 'withheld' } as const;
const DIFFERS = { name: 'leaf hash', ok: false, detail: 'leaf hash differs' } as const;

/** An entry, and what of it can be read that other lines are compared with. */
export interface VerifiedEntry extends ReadEntryLine {
  /** Its place in its stream. */
  readonly streamVersion: number | undefined;
}

/** Checks of each entry its form, that its bytes have the leaf hash that is stated, and its place after those before. */
export class EntryVerifier {
  readonly #selection: BundleExtent;
  readonly #origin: string;
  readonly #sequence: SequenceChecker;

  constructor(selection: BundleExtent, origin: string) {
    this.#selection = selection;
    this.#origin = origin;
    this.#sequence = new SequenceChecker(selection);
  }

  verify(given: EntryLine, line: BundleReportEntry['line']): VerifiedEntry {
    const { index, leafHash, bytes } = given;
    const read = readEntryBytes(bytes);
    const entry = 'unreadable' in read ? undefined : read;
    const problem = 'unreadable' in read ? read.unreadable : this.#problemOf(index, read);
    const isAsStated = equal(hashLeaf(bytes), leafHash);
    const sequence = this.#sequence.check(index, leafHash, isAsStated ? entry : undefined);
    const checks: readonly EntryCheck[] = [
      problem === undefined ? CANONICAL : { name: 'entry form', ok: false, detail: problem },
      isAsStated ? AS_STATED : DIFFERS,
      ...sequence,
    ];
    const ok = checks.every((check) => check.ok);
    return {
      entry: reportEntry(given, entry, { ok, checks, line }),
      commitment: entry?.personalHex,
      streamVersion: entry?.streamVersion,
    };
  }

  #problemOf(index: number, { origin, index: own, stream, subject }: ReadEntry): string | undefined {
    if (origin !== this.#origin) return 'it is of another log';
    if (own !== index) return `it says that it is entry ${own}`;
    const selected = this.#selection;
    if (selected.stream !== undefined && stream !== selected.stream) {
      return 'it is of another stream than was selected';
    }
    return selected.subject !== undefined && subject !== selected.subject
      ? 'it is about another subject than was selected'
      : undefined;
  }
}

function reportEntry(
  { index, leafHash, subtrees }: EntryLine,
  entry: ReadEntry | undefined,
  verdict: Pick<BundleReportEntry, 'ok' | 'checks' | 'line'>,
): BundleReportEntry {
  return {
    index,
    time: entry?.time ?? 0,
    stream: entry?.stream ?? '',
    streamVersion: entry?.streamVersion ?? 0,
    type: entry?.type ?? '',
    ...(entry?.subject === undefined ? {} : { subject: entry.subject }),
    body: entry?.body,
    ...(entry?.personalHex === undefined ? {} : { personal: WITHHELD }),
    leafHash,
    subtrees,
    ...verdict,
  };
}
