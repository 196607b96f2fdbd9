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
  for (let start = 0; start < entries.length;) {
    const rows = entries.length - start >= ROWS_PER_INSERT ? ROWS_PER_INSERT : 1;
    const values: SQLInputValue[] = [];
    for (const { index, leafHash, bytes } of entries.slice(start, start + rows)) {
      values.push(first + index, leafHash, bytes, null, null);
    }
    start += rows;
    if (start === entries.length) values.splice(-2, 2, checkpoint ?? null, seal);
    yield { sql: rows === 1 ? INSERT_ENTRY : INSERT_ENTRIES, values };
  }
}

const INSERT_ENTRY = 'INSERT INTO entry VALUES (?, ?, ?, ?, ?)';
const INSERT_ENTRIES = `INSERT INTO entry VALUES ${Array<string>(ROWS_PER_INSERT).fill('(?, ?, ?, ?, ?)').join()}`;
