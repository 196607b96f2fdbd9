import type { SQLInputValue } from 'node:sqlite';
import { encodeIndexes } from './index-list.ts';
import type { Commit } from './log-records.ts';

/** Entries written by one statement: fewer, larger statements halve the cost of a batch. */
const ROWS_PER_INSERT = 32;

/** One statement of a commit, and what it is given. */
export interface CommitStatement {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/**
 * What writes a commit.
 *
 * @param log number of the log in the file
 * @param first position of its first entry
 */
export function* commitStatements(commit: Commit, log: number, first: number): Iterable<CommitStatement> {
  yield* entryStatements(commit, first);
  for (const { level, index, hashes } of commit.tiles) {
    yield { sql: 'INSERT OR REPLACE INTO tile VALUES (?, ?, ?, ?)', values: [log, level, index, hashes] };
  }
  for (const [stream, { firstVersion, indexes }] of commit.streams) {
    const values = [log, stream, firstVersion, encodeIndexes(indexes)];
    yield { sql: 'INSERT INTO stream_segment VALUES (?, ?, ?, ?)', values };
  }
  for (const [subject, indexes] of commit.subjects) {
    const values = [log, subject, indexes[0] ?? 0, encodeIndexes(indexes)];
    yield { sql: 'INSERT INTO subject_segment VALUES (?, ?, ?, ?)', values };
  }
  for (const [key, index] of commit.keys) {
    yield { sql: 'INSERT INTO idempotency_key VALUES (?, ?, ?)', values: [log, key, index] };
  }
  for (const { index, subject, sealed } of commit.personal) {
    yield { sql: 'INSERT INTO personal VALUES (?, ?, ?)', values: [first + index, subject, sealed] };
  }
}

/** Every name that a commit stores. */
export function* namesIn({ streams, subjects, keys, personal }: Commit): Iterable<string> {
  yield* streams.keys();
  yield* subjects.keys();
  yield* keys.keys();
  for (const { subject } of personal) yield subject;
}

/** Checkpoint and seal stand with the last entry. */
function* entryStatements({ entries, checkpoint, seal }: Commit, first: number): Iterable<CommitStatement> {
  const last = entries.length - 1;
  for (let start = 0; start < entries.length;) {
    const rows = last - start >= ROWS_PER_INSERT ? ROWS_PER_INSERT : 1;
    const values: SQLInputValue[] = [first + (entries[start]?.index ?? 0)];
    for (const { leafHash, bytes } of entries.slice(start, start + rows)) values.push(leafHash, bytes);
    if (start === last) yield { sql: INSERT_LAST_ENTRY, values: [...values, checkpoint ?? null, seal] };
    else yield { sql: rows === 1 ? INSERT_ENTRY : INSERT_ENTRIES, values };
    start += rows;
  }
}

const INSERT_ENTRY = insertEntries(1);
/** Entries of one commit follow each other, so that only the first position is given. */
const INSERT_ENTRIES = insertEntries(ROWS_PER_INSERT);
const INSERT_LAST_ENTRY = 'INSERT INTO entry VALUES (?, ?, ?, ?, ?)';

function insertEntries(count: number): string {
  const rows = Array.from({ length: count }, (_, row) => `(?1 + ${row}, ?, ?, NULL, NULL)`);
  return `INSERT INTO entry VALUES ${rows.join()}`;
}
