import { readBundleFile, type BundleFile } from './bundle-file.ts';
import type { BundleReport, BundleReportEntry } from './bundle-report.ts';
import { CheckList } from './check-list.ts';
import { checkCompleteness } from './completeness.ts';
import { readEntryBytes, type ReadEntry } from './entry-bytes.ts';
import { equal, hashLeaf, verifyInclusion } from './merkle-proof.ts';
import { checkPinned } from './pinned-checkpoint.ts';
import { noteText, openNote, readCheckpoint, type CheckpointStatement } from './note.ts';
import { SequenceChecker } from './sequence.ts';
import type { TrustPolicy } from './trust-policy.ts';

/**
 * Checks a bundle against what the examiner trusts, offline: its log, its checkpoint, and of every entry its form, its
 * place in the tree and its place after the entry before. Every check is named in the report, passed or failed.
 *
 * Never throws: what is no bundle at all is a failed check `bundle format`. Shares no code with the writer and needs
 * nothing of Node, only the format.
 */
export function verifyBundle(bundle: Uint8Array, trust: TrustPolicy): BundleReport {
  const list = new CheckList();
  const file = readBundleFile(bundle);
  if (typeof file === 'string') {
    list.add('bundle format', false, file);
    return report(list, undefined, undefined, []);
  }
  list.add('bundle format', true, 'audit-bundle/1');
  checkOrigin(list, file, trust);
  const head = checkCheckpoint(list, file, trust);
  checkPinned(list, file, head, trust);
  const entries = checkEntries(list, file, head, trust);
  checkCompleteness(list, file, head, trust);
  return report(list, file, head, entries);
}

function checkOrigin(list: CheckList, file: BundleFile, trust: TrustPolicy): void {
  const ok = file.origin === trust.origin;
  list.add(
    'origin',
    ok,
    ok ? trust.origin : `the bundle is of ${quoted(file.origin)}, not of ${quoted(trust.origin)}`,
  );
}

/** The checkpoint as it is stated, whether its signature verifies or not, so that the entries can still be examined. */
function checkCheckpoint(
  list: CheckList,
  file: BundleFile,
  trust: TrustPolicy,
): CheckpointStatement | undefined {
  const note = openNote(file.checkpoint, trust.origin, trust.publicKey);
  list.add('checkpoint signature', note.ok, note.ok ? 'signed by the trusted key' : note.reason);
  const head = readCheckpoint(noteText(file.checkpoint) ?? '');
  const ok = head?.origin === trust.origin;
  const states = head === undefined ? 'no checkpoint' : `a checkpoint of ${quoted(head.origin)}`;
  list.add('checkpoint', ok, ok ? `${head.size} entries` : states);
  return head;
}

function checkEntries(
  list: CheckList,
  file: BundleFile,
  head: CheckpointStatement | undefined,
  trust: TrustPolicy,
): BundleReportEntry[] {
  const sequence = new SequenceChecker(list, file.selection);
  const entries: { index: number; read: ReadEntry | undefined }[] = [];
  for (const { index, bytes, leafHash, proof } of file.entries) {
    const read = checkForm(list, index, bytes, file.selection, trust);
    const actual = hashLeaf(bytes);
    list.addFor(index, 'leaf hash', equal(actual, leafHash), 'as stated', 'leaf hash differs');
    const proven =
      head !== undefined &&
      verifyInclusion({ index, treeSize: head.size, leafHash: actual, proof, rootHash: head.rootHash });
    list.addFor(
      index,
      'inclusion proof',
      proven,
      `leads to the root of ${head?.size ?? 0}`,
      'inclusion fails',
    );
    sequence.next(index, actual, proven ? read : undefined);
    entries.push({ index, read });
  }
  return entries.map(({ index, read }) => reportEntry(index, read, list.entryOk(index)));
}

function checkForm(
  list: CheckList,
  index: number,
  bytes: Uint8Array,
  selection: BundleFile['selection'],
  trust: TrustPolicy,
): ReadEntry | undefined {
  const read = readEntryBytes(bytes);
  if ('unreadable' in read) {
    list.addFor(index, 'entry form', false, '', read.unreadable);
    return undefined;
  }
  const wrong =
    read.origin !== trust.origin
      ? 'it is of another log'
      : read.index !== index
        ? `it says that it is entry ${read.index}`
        : selection.stream !== undefined && read.stream !== selection.stream
          ? 'it is of another stream than was selected'
          : selection.subject !== undefined && read.subject !== selection.subject
            ? 'it is about another subject than was selected'
            : '';
  list.addFor(index, 'entry form', wrong === '', 'canonical', wrong);
  return read;
}

function reportEntry(index: number, read: ReadEntry | undefined, ok: boolean): BundleReportEntry {
  const { time = 0, stream = '', streamVersion = 0, type = '', subject, body } = read ?? {};
  return {
    index,
    time,
    stream,
    streamVersion,
    type,
    ...(subject === undefined ? {} : { subject }),
    body,
    ok,
  };
}

function report(
  list: CheckList,
  file: BundleFile | undefined,
  head: CheckpointStatement | undefined,
  entries: readonly BundleReportEntry[],
): BundleReport {
  return {
    ok: list.ok,
    summary: list.summary(entries.length, head?.size ?? 0),
    origin: file?.origin ?? '',
    treeSize: head?.size ?? 0,
    rootHash: hex(head?.rootHash ?? new Uint8Array(0)),
    entries,
    checks: list.checks,
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 256));
}
