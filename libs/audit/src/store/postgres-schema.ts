import { LogError } from '../log-error.ts';
import { sqlState } from './postgres-error.ts';
import { wholeNumber } from './postgres-row.ts';
import type { RunStatement } from './postgres-session.ts';

/** Written last when the tables are made. */
const SCHEMA_VERSION = 1;

const MAX_IDENTIFIER_LENGTH = 63;

/** How often a statement is tried while others run it too. */
const ATTEMPTS = 8;

/** Undefined table, and undefined schema. */
const MISSING: ReadonlySet<string | undefined> = new Set(['42P01', '3F000']);

/**
 * What PostgreSQL reports when somebody else makes the same table or schema at the same time, in spite of `IF NOT
 * EXISTS`: a duplicate in its catalogue or of the name; and serialization failures elsewhere.
 */
const ALSO_MADE: ReadonlySet<string | undefined> = new Set(['23505', '42P06', '42P07', '42710', '40001']);

/**
 * The tables, in the types and constraints that PostgreSQL, CockroachDB and YugabyteDB share. Names and notes are bytes
 * of UTF-8. Numbers are given out by the writer: there are no sequences.
 */
function tables(schema: string): readonly string[] {
  return [
    `CREATE SCHEMA IF NOT EXISTS ${schema}`,
    // The head row: what a commit moves on from, and whose turn it is (`epoch`).
    `CREATE TABLE IF NOT EXISTS ${schema}.log (id INT8 PRIMARY KEY, origin BYTEA NOT NULL UNIQUE,
      epoch INT8 NOT NULL, size INT8 NOT NULL, last_leaf BYTEA NOT NULL, checkpoint BYTEA NOT NULL, seal BYTEA)`,
    // Two entries behind the same one would be a fork: the table has room for one.
    `CREATE TABLE IF NOT EXISTS ${schema}.entry (log INT8 NOT NULL, idx INT8 NOT NULL, leaf_hash BYTEA NOT NULL,
      previous BYTEA NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (log, idx), UNIQUE (log, previous))`,
    `CREATE TABLE IF NOT EXISTS ${schema}.tile (log INT8 NOT NULL, level INT4 NOT NULL, idx INT8 NOT NULL,
      hashes BYTEA NOT NULL, PRIMARY KEY (log, level, idx))`,
    `CREATE TABLE IF NOT EXISTS ${schema}.stream_segment (log INT8 NOT NULL, stream BYTEA NOT NULL,
      first_version INT8 NOT NULL, first_index INT8 NOT NULL, indexes BYTEA NOT NULL,
      PRIMARY KEY (log, stream, first_version))`,
    `CREATE TABLE IF NOT EXISTS ${schema}.subject_segment (log INT8 NOT NULL, subject BYTEA NOT NULL,
      first_index INT8 NOT NULL, indexes BYTEA NOT NULL, PRIMARY KEY (log, subject, first_index))`,
    `CREATE TABLE IF NOT EXISTS ${schema}.idempotency_key (log INT8 NOT NULL, key BYTEA NOT NULL,
      idx INT8 NOT NULL, PRIMARY KEY (log, key))`,
    `CREATE TABLE IF NOT EXISTS ${schema}.personal (log INT8 NOT NULL, idx INT8 NOT NULL, subject BYTEA NOT NULL,
      sealed BYTEA NOT NULL, PRIMARY KEY (log, idx))`,
    `CREATE INDEX IF NOT EXISTS personal_subject ON ${schema}.personal (log, subject)`,
    `CREATE TABLE IF NOT EXISTS ${schema}.subject_key (log INT8 NOT NULL, subject BYTEA NOT NULL,
      wrapped BYTEA NOT NULL, PRIMARY KEY (log, subject))`,
    `CREATE TABLE IF NOT EXISTS ${schema}.format (version INT4 PRIMARY KEY)`,
    `INSERT INTO ${schema}.format VALUES (${SCHEMA_VERSION}) ON CONFLICT DO NOTHING`,
  ];
}

/**
 * The name of a schema as it stands in statements.
 *
 * @throws LogError `option-malformed` unless it is a plain identifier
 */
export function schemaName(schema: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(schema) && schema.length <= MAX_IDENTIFIER_LENGTH) return `"${schema}"`;
  throw new LogError('option-malformed', 'the name of the schema is no plain identifier', {
    value: JSON.stringify(schema).slice(0, 80),
    limit: `a to z, 0 to 9 and _, at most ${MAX_IDENTIFIER_LENGTH}, no digit first`,
  });
}

/**
 * Makes the tables when they are missing. Any number of processes may do that at the same time, and one that was stopped
 * half-way is continued by the next.
 *
 * @param schema as {@link schemaName} gives it
 * @throws LogError `log-format`, or what `run` throws
 */
export async function makeTables(run: RunStatement, schema: string): Promise<void> {
  if (await isMade(run, schema)) return;
  for (const text of tables(schema)) await make(run, text);
  // Refuses the tables of another version that somebody else has made meanwhile.
  await isMade(run, schema);
}

/** Runs a statement again when somebody else has made the same at the same time: then it is there. */
async function make(run: RunStatement, text: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run({ text, values: [] });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || !ALSO_MADE.has(sqlState(error))) throw error;
    }
  }
}

async function isMade(run: RunStatement, schema: string): Promise<boolean> {
  const versions = await run({ text: `SELECT version FROM ${schema}.format`, values: [] }).catch(
    (error: unknown) => {
      if (MISSING.has(sqlState(error))) return [];
      throw error;
    },
  );
  const [version] = versions.map((row) => wholeNumber(row, 'version'));
  if (version === undefined) return false;
  if (versions.length === 1 && version === SCHEMA_VERSION) return true;
  throw new LogError('log-format', 'the schema holds logs of an unknown format', {
    value: `version ${versions.map((row) => wholeNumber(row, 'version')).join()}`,
    limit: `version ${SCHEMA_VERSION}`,
  });
}
