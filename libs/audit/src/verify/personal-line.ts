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
  read: ReadEntryLine,
  { disclosure }: PersonalLine,
  origin: string,
  personalLine: LineInFile,
): BundleReportEntry {
  const { entry } = read;
  const revealed = revealedBy(read, disclosure, origin);
  if ('problem' in revealed) {
    const check: EntryCheck = { name: 'personal data', ok: false, detail: revealed.problem };
    return { ...entry, ok: false, checks: [...entry.checks, check], personalLine };
  }
  const personal = { state: 'revealed', value: revealed.value } as const;
  return { ...entry, personal, checks: [...entry.checks, AS_COMMITTED], personalLine };
}

function revealedBy(
  { entry: { subject }, commitment }: ReadEntryLine,
  disclosure: Uint8Array,
  origin: string,
): { readonly value: unknown } | { readonly problem: string } {
  if (commitment === undefined || subject === undefined) return { problem: 'it commits to no personal data' };
  if (verifyPersonalData({ origin, subject, commitment, disclosure }) === undefined)
    return { problem: 'the personal data is another than it commits to' };
  return (
    readCanonicalValue(disclosure.subarray(SALT_BYTES)) ?? {
      problem: 'the personal data is not canonical JSON',
    }
  );
}
