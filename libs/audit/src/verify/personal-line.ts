import type { PersonalLine } from './bundle-line.ts';
import type { BundleReportEntry, EntryCheck, LineInFile } from './bundle-report.ts';
import { readCanonicalValue } from './entry-bytes.ts';
import { SALT_BYTES, verifyPersonalData } from './personal-data.ts';

/** An entry whose line was read, and what its personal data is compared with. */
export interface ReadEntryLine {
  readonly entry: BundleReportEntry;
  /** Commitment of the entry in hexadecimal, where it has one. */
  readonly commitment: string | undefined;
}

const AS_COMMITTED: EntryCheck = { name: 'personal data', ok: true, detail: 'as committed to' };

/** The entry with the personal data that a line reveals of it, when it is what the entry commits to. */
export function withPersonalData(
  { entry, commitment }: ReadEntryLine,
  { disclosure }: PersonalLine,
  origin: string,
  personalLine: LineInFile,
): BundleReportEntry {
  const check = (problem: string | undefined): readonly EntryCheck[] => [
    ...entry.checks,
    problem === undefined ? AS_COMMITTED : { name: 'personal data', ok: false, detail: problem },
  ];
  if (commitment === undefined || entry.subject === undefined) {
    return { ...entry, ok: false, checks: check('it commits to no personal data'), personalLine };
  }
  const claim = { origin, subject: entry.subject, commitment, disclosure };
  if (verifyPersonalData(claim) === undefined) {
    return {
      ...entry,
      ok: false,
      checks: check('the personal data is another than it commits to'),
      personalLine,
    };
  }
  const read = readCanonicalValue(disclosure.subarray(SALT_BYTES));
  if (read === undefined) {
    return { ...entry, ok: false, checks: check('the personal data is not canonical JSON'), personalLine };
  }
  const personal = { state: 'revealed', value: read.value } as const;
  return { ...entry, personal, checks: check(undefined), personalLine };
}
