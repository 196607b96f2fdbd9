import { decodeIndexes } from './index-list.ts';
import type { Commit, LogRecords, StoredEntry, StoredHead, StreamSegment } from './log-records.ts';
import {
  bytes,
  hash,
  hashes,
  itemCount,
  nameBytes,
  requireNameBytes,
  utf8Text,
  wholeNumber,
  type PostgresRow,
} from './postgres-row.ts';
import type { PostgresSession } from './postgres-session.ts';
import type { PostgresWriter } from './postgres-writer.ts';

/** Of one position in a list of them. */
const POSITION_BYTES = 6;

/** The records of one log in a PostgreSQL database. */
export class PostgresRecords implements LogRecords {
  readonly #session: PostgresSession;
  readonly #writer: PostgresWriter;
  readonly #schema: string;
  readonly #log: number;
  readonly #release: () => Promise<void>;

  /**
   * @param schema as it stands in statements
   * @param log number of the log in the schema
   * @param release called when the records are closed
   */
  constructor(
    session: PostgresSession,
    writer: PostgresWriter,
    schema: string,
    log: number,
    release: () => Promise<void>,
  ) {
    this.#session = session;
    this.#writer = writer;
    this.#schema = schema;
    this.#log = log;
    this.#release = release;
  }

  get usable(): boolean {
    return this.#writer.usable;
  }

  async head(): Promise<StoredHead> {
    const [row = {}] = await this.#rows(
      `SELECT size, checkpoint, seal FROM ${this.#schema}.log WHERE id = $1`,
    );
    return {
      size: wholeNumber(row, 'size'),
      checkpoint: utf8Text(row, 'checkpoint'),
      seal: row.seal === null ? undefined : hash(row, 'seal'),
    };
  }

  commit(commit: Commit): Promise<void> {
    return this.#writer.commit(commit);
  }

  keepCheckpoint(checkpoint: string, seal?: Uint8Array): Promise<void> {
    return this.#writer.write(({ log, epoch }, { size }) => ({
      text: `WITH head AS (
          UPDATE ${this.#schema}.log SET checkpoint = $4::BYTEA, seal = coalesce($5::BYTEA, seal)
            WHERE id = $1::INT8 AND epoch = $2::INT8 AND size = $3::INT8 RETURNING id
        ) SELECT count(*)::INT8 AS moved FROM head`,
      values: [log, epoch, size, Buffer.from(checkpoint), seal ?? null],
    }));
  }

  async entries(from: number, to: number): Promise<readonly StoredEntry[]> {
    const rows = await this.#rows(
      `SELECT idx, leaf_hash, bytes FROM ${this.#schema}.entry WHERE log = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`,
      from,
      to,
    );
    return rows.map((row) => ({
      index: wholeNumber(row, 'idx'),
      leafHash: hash(row, 'leaf_hash'),
      bytes: bytes(row, 'bytes'),
    }));
  }

  async streamVersions(streams: readonly string[], before: number): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#rows(
      `SELECT name, first_version, octet_length(indexes) AS length
        FROM unnest($2::BYTEA[]) AS asked (name) CROSS JOIN LATERAL (
          SELECT first_version, indexes FROM ${this.#schema}.stream_segment
            WHERE log = $1 AND stream = name AND first_index < $3 ORDER BY first_version DESC LIMIT 1
        ) AS newest`,
      namesOf(streams),
      before,
    );
    return new Map(
      rows.map((row) => {
        const positions = itemCount(row, 'length', POSITION_BYTES);
        return [utf8Text(row, 'name'), wholeNumber(row, 'first_version') + positions - 1];
      }),
    );
  }

  async streamSegments(stream: string, before: number): Promise<readonly StreamSegment[]> {
    const rows = await this.#rows(
      `SELECT first_version, indexes FROM ${this.#schema}.stream_segment
        WHERE log = $1 AND stream = ANY ($2::BYTEA[]) AND first_index < $3 ORDER BY first_version`,
      namesOf([stream]),
      before,
    );
    return rows.map((row) => ({
      firstVersion: wholeNumber(row, 'first_version'),
      indexes: decodeIndexes(bytes(row, 'indexes')),
    }));
  }

  async subjectIndexes(subject: string, before: number): Promise<readonly number[]> {
    const rows = await this.#rows(
      `SELECT indexes FROM ${this.#schema}.subject_segment
        WHERE log = $1 AND subject = ANY ($2::BYTEA[]) AND first_index < $3 ORDER BY first_index`,
      namesOf([subject]),
      before,
    );
    return rows.flatMap((row) => decodeIndexes(bytes(row, 'indexes')));
  }

  async keyIndexes(keys: readonly string[], before: number): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#rows(
      `SELECT key, idx FROM ${this.#schema}.idempotency_key
        WHERE log = $1 AND key = ANY ($2::BYTEA[]) AND idx < $3`,
      namesOf(keys),
      before,
    );
    return new Map(rows.map((row) => [utf8Text(row, 'key'), wholeNumber(row, 'idx')]));
  }

  async indexedPositions(): Promise<{
    readonly streams: number;
    readonly subjects: number;
    readonly keys: number;
  }> {
    const bytesIn = (table: string): string =>
      `(SELECT coalesce(sum(octet_length(indexes)), 0)::INT8 FROM ${this.#schema}.${table} WHERE log = $1)`;
    const [row = {}] = await this.#rows(
      `SELECT ${bytesIn('stream_segment')} AS streams, ${bytesIn('subject_segment')} AS subjects,
        (SELECT count(*)::INT8 FROM ${this.#schema}.idempotency_key WHERE log = $1) AS keys`,
    );
    return {
      streams: itemCount(row, 'streams', POSITION_BYTES),
      subjects: itemCount(row, 'subjects', POSITION_BYTES),
      keys: wholeNumber(row, 'keys'),
    };
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    const [row] = await this.#rows(
      `SELECT hashes FROM ${this.#schema}.tile WHERE log = $1 AND level = $2 AND idx = $3`,
      level,
      index,
    );
    return row === undefined ? undefined : hashes(row, 'hashes');
  }

  async personal(index: number): Promise<Uint8Array | undefined> {
    const [row] = await this.#rows(
      `SELECT sealed FROM ${this.#schema}.personal WHERE log = $1 AND idx = $2`,
      index,
    );
    return row === undefined ? undefined : bytes(row, 'sealed');
  }

  async subjectKey(subject: string): Promise<Uint8Array | undefined> {
    const [row] = await this.#rows(
      `SELECT wrapped FROM ${this.#schema}.subject_key WHERE log = $1 AND subject = ANY ($2::BYTEA[])`,
      namesOf([subject]),
    );
    return row === undefined ? undefined : bytes(row, 'wrapped');
  }

  keepSubjectKey(subject: string, wrapped: Uint8Array): Promise<void> {
    return this.#inTurn(
      `INSERT INTO ${this.#schema}.subject_key (log, subject, wrapped) SELECT id, $3::BYTEA, $4::BYTEA FROM head`,
      requireNameBytes(subject),
      wrapped,
    );
  }

  eraseSubject(subject: string): Promise<void> {
    const ofSubject = 'WHERE log IN (SELECT id FROM head) AND subject = ANY ($3::BYTEA[])';
    return this.#inTurn(
      `DELETE FROM ${this.#schema}.subject_key ${ofSubject}
      ), sealed AS (DELETE FROM ${this.#schema}.personal ${ofSubject}`,
      namesOf([subject]),
    );
  }

  async firstIndex(): Promise<number> {
    return (await this.#least('entry')) ?? 0;
  }

  firstPersonalIndex(): Promise<number | undefined> {
    return this.#least('personal');
  }

  deleteEntries(before: number): Promise<void> {
    return this.#inTurn(
      `DELETE FROM ${this.#schema}.entry WHERE log IN (SELECT id FROM head) AND idx < $3::INT8`,
      before,
    );
  }

  async close(): Promise<void> {
    await this.#release();
  }

  /** @param text may use the log's number as `$1`, and `values` from `$2` on */
  #rows(text: string, ...values: readonly unknown[]): Promise<readonly PostgresRow[]> {
    return this.#session.read({ text, values: [this.#log, ...values] });
  }

  async #least(table: string): Promise<number | undefined> {
    const [row = {}] = await this.#rows(
      `SELECT min(idx) AS idx FROM ${this.#schema}.${table} WHERE log = $1`,
    );
    return row.idx === null ? undefined : wholeNumber(row, 'idx');
  }

  /** Runs statements that write for the row of `head`, which is there in this writer's turn; `values` begin with `$3`. */
  #inTurn(statements: string, ...values: readonly unknown[]): Promise<void> {
    return this.#writer.write(({ log, epoch }) => ({
      text: `WITH head AS (
          UPDATE ${this.#schema}.log SET epoch = $2::INT8 WHERE id = $1::INT8 AND epoch = $2::INT8 RETURNING id
        ), written AS (${statements})
        SELECT count(*)::INT8 AS moved FROM head`,
      values: [log, epoch, ...values],
    }));
  }
}

function namesOf(names: readonly string[]): readonly Uint8Array[] {
  return names.flatMap((name) => nameBytes(name) ?? []);
}
