import { HASH_BYTES } from '../merkle/tree-hash.ts';
import { encodeIndexes } from './index-list.ts';
import type { PostgresQuery } from './postgres-client.ts';
import type { Portion } from './postgres-portion.ts';
import { requireNameBytes } from './postgres-row.ts';

/** Where a log ends, as its head row says. */
export interface PostgresHead {
  readonly size: number;
  /** Leaf hash of the last entry; zeros while there is none. */
  readonly lastLeaf: Uint8Array;
}

/** Who writes a log: its number, and the turn that the writer took by counting it on. */
export interface PostgresTurn {
  readonly log: number;
  readonly epoch: number;
}

/** What the head row says besides, once a portion is written. */
export interface PostgresHeadNotes {
  readonly checkpoint: string | undefined;
  readonly seal: Uint8Array;
}

/**
 * The statement that writes a portion: it moves the head row on from exactly where the writer knows it to be, in the
 * writer's turn, and everything else is inserted for the row that was moved. It gives `moved`, how many that were: 1, or
 * 0 when another writer has the turn, and then nothing is written.
 *
 * Entries travel as one run of bytes and one of hashes, which are cut apart by the server: half the size of an array,
 * which would be hexadecimal text.
 */
export function portionStatement(schema: string): string {
  return `WITH head AS (
      UPDATE ${schema}.log
        SET size = $5::INT8, last_leaf = $6::BYTEA, checkpoint = coalesce($7::BYTEA, checkpoint), seal = $8::BYTEA
        WHERE id = $1::INT8 AND epoch = $2::INT8 AND size = $3::INT8 AND last_leaf = $4::BYTEA
        RETURNING id
    ), entries AS (
      INSERT INTO ${schema}.entry (log, idx, leaf_hash, previous, bytes)
        SELECT id, $3::INT8 + n - 1, substring($9::BYTEA, ${HASH_BYTES} * n::INT4 + 1, ${HASH_BYTES}),
          substring($9::BYTEA, ${HASH_BYTES} * n::INT4 - ${HASH_BYTES - 1}, ${HASH_BYTES}),
          substring($10::BYTEA, start, length)
        FROM head, unnest($11::INT4[], $12::INT4[]) WITH ORDINALITY AS cut (start, length, n)
    ), tiles AS (
      INSERT INTO ${schema}.tile (log, level, idx, hashes)
        SELECT id, level, idx, hashes
        FROM head, unnest($13::INT4[], $14::INT8[], $15::BYTEA[]) AS t (level, idx, hashes)
        ON CONFLICT (log, level, idx) DO UPDATE SET hashes = excluded.hashes
    ), streams AS (
      INSERT INTO ${schema}.stream_segment (log, stream, first_version, first_index, indexes)
        SELECT id, stream, first_version, first_index, indexes
        FROM head, unnest($16::BYTEA[], $17::INT8[], $18::INT8[], $19::BYTEA[])
          AS s (stream, first_version, first_index, indexes)
    ), subjects AS (
      INSERT INTO ${schema}.subject_segment (log, subject, first_index, indexes)
        SELECT id, subject, first_index, indexes
        FROM head, unnest($20::BYTEA[], $21::INT8[], $22::BYTEA[]) AS s (subject, first_index, indexes)
    ), keys AS (
      INSERT INTO ${schema}.idempotency_key (log, key, idx)
        SELECT id, key, idx FROM head, unnest($23::BYTEA[], $24::INT8[]) AS k (key, idx)
    ), personal AS (
      INSERT INTO ${schema}.personal (log, idx, subject, sealed)
        SELECT id, idx, subject, sealed
        FROM head, unnest($25::INT8[], $26::BYTEA[], $27::BYTEA[]) AS p (idx, subject, sealed)
    )
    SELECT count(*)::INT8 AS moved FROM head`;
}

/** Where the head stands once a portion is written. */
export function headBehind(head: PostgresHead, { entries }: Portion): PostgresHead {
  return {
    size: head.size + entries.length,
    lastLeaf: entries.at(-1)?.leafHash ?? head.lastLeaf,
  };
}

/** @param text as {@link portionStatement} gives it */
export function portionQuery(
  text: string,
  turn: PostgresTurn,
  head: PostgresHead,
  portion: Portion,
  { checkpoint, seal }: PostgresHeadNotes,
): PostgresQuery {
  const { entries, tiles, streams, subjects, keys, personal } = portion;
  const next = headBehind(head, portion);
  const starts: number[] = [];
  let end = 1;
  for (const entry of entries) {
    starts.push(end);
    end += entry.bytes.length;
  }
  const values: readonly unknown[] = [
    ...[turn.log, turn.epoch, head.size, head.lastLeaf, next.size, next.lastLeaf],
    ...[checkpoint === undefined ? null : Buffer.from(checkpoint), seal],
    Buffer.concat([head.lastLeaf, ...entries.map(({ leafHash }) => leafHash)]),
    Buffer.concat(entries.map((entry) => entry.bytes)),
    ...[starts, entries.map((entry) => entry.bytes.length)],
    ...[tiles.map(({ level }) => level), tiles.map(({ index }) => index), tiles.map(({ hashes }) => hashes)],
    ...[streams.map(({ name }) => name), streams.map(({ firstVersion }) => firstVersion)],
    ...[streams.map(firstIndex), streams.map(({ indexes }) => encodeIndexes(indexes))],
    ...[subjects.map(({ name }) => name), subjects.map(firstIndex)],
    subjects.map(({ indexes }) => encodeIndexes(indexes)),
    ...[keys.map(({ name }) => name), keys.map(({ index }) => index)],
    ...[personal.map(({ index }) => index), personal.map(({ subject }) => requireNameBytes(subject))],
    personal.map(({ sealed }) => sealed),
  ];
  return { name: 'audit-portion', text, values: [...values] };
}

function firstIndex({ indexes }: { readonly indexes: readonly number[] }): number {
  return indexes[0] ?? 0;
}
