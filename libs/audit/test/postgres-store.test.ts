import { type Pool, types } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLogError, type LogError, type LogRecords, type LogStore } from '../src/index.ts';
import { openPostgresStore, type PostgresPool } from '../src/postgres.ts';
import { commitOf, hashOf, ODD_NAMES } from '../src/testing/sample-commit.ts';
import { openRecords, postgresForThisFile, RECORDS_ORIGIN, testPool } from './postgres-server.ts';
import { codeOf } from './temporary-log.ts';

const postgres = postgresForThisFile();
async function errorOf(call: () => unknown): Promise<LogError> {
  try {
    await call();
  } catch (error) {
    if (isLogError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the schema of logs', () => {
  it('is made once, however many stores and logs are opened in it at the same time', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool({ max: 40 })];
    const stores = await Promise.all(Array.from({ length: 10 }, () => openPostgresStore(pool, { schema })));
    const opening = stores.map((store, index) => store.open(`example.com/${index}`, () => `note ${index}`));
    const records = await Promise.all(opening);
    await Promise.all(records.map(async (log, index) => log.commit(commitOf(0, index + 1))));
    const sizes = await Promise.all(records.map(async (log) => (await log.head()).size));
    expect(sizes).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...((await stores[0]?.origins()) ?? [])].sort()).toEqual(
      stores.map((_, index) => `example.com/${index}`),
    );
    await Promise.all(records.map(async (log) => log.close()));
  });

  it('is finished by the next who comes when its maker was stopped half-way', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    await (await openRecords(pool, schema)).close();
    await pool.query(`DELETE FROM "${schema}".format; DROP TABLE "${schema}".subject_key`);
    const records = await openRecords(pool, schema);
    await records.keepSubjectKey('c', hashOf('key'));
    expect(await records.subjectKey('c')).toEqual(hashOf('key'));
  });

  it('is named audit when nothing else is said, and stays out of every other', async () => {
    const pool = postgres.pool();
    await openPostgresStore(pool);
    const { rows } = await pool.query(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'audit' ORDER BY table_name",
    );
    expect(rows.map(({ table_name }: { table_name: string }) => table_name)).toEqual([
      'entry',
      'format',
      'idempotency_key',
      'log',
      'personal',
      'stream_segment',
      'subject_key',
      'subject_segment',
      'tile',
    ]);
  });

  it.each(['', 'a"b', 'a b', 'Audit', '1a', 'a'.repeat(64), 'a;b', 'ä', 'a\0'])(
    'is refused under the name %j',
    async (schema) => {
      const unreachable = { connect: () => Promise.reject(new Error('asked for a session')) };
      expect(await codeOf(() => openPostgresStore(unreachable, { schema }))).toBe('option-malformed');
    },
  );

  it('of another version is refused, and of none that it can read', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    await openPostgresStore(pool, { schema });
    await pool.query(`UPDATE "${schema}".format SET version = 2`);
    expect(await codeOf(() => openPostgresStore(pool, { schema }))).toBe('log-format');
    await pool.query(`INSERT INTO "${schema}".format VALUES (1)`);
    expect(await codeOf(() => openPostgresStore(pool, { schema }))).toBe('log-format');
    await pool.query(`DROP TABLE "${schema}".format; CREATE TABLE "${schema}".format (other text)`);
    expect(await codeOf(() => openPostgresStore(pool, { schema }))).toBe('log-corrupt');
  });

  it('can be made by an owner for a writer who may only read, insert, update and delete', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const role = `writer_${schema}`;
    await pool.query(`CREATE ROLE ${role} LOGIN`);
    const url = postgres.server.url.replace('postgres@', `${role}@`);
    expect(await codeOf(() => openPostgresStore(testPool(url), { schema }))).toBe('log-cannot-open');
    await openPostgresStore(pool, { schema });
    await pool.query(`GRANT USAGE ON SCHEMA "${schema}" TO ${role}`);
    await pool.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${schema}" TO ${role}`);
    const records = await openRecords(testPool(url), schema);
    await records.commit(commitOf(0, 3));
    expect((await records.head()).size).toBe(3);
  });
});

describe('the database', () => {
  it.each(['LATIN1', 'SQL_ASCII', 'EUC_JP'])('may have the encoding %s', async (encoding) => {
    const name = `db_${encoding.toLowerCase()}`;
    await postgres
      .pool()
      .query(`CREATE DATABASE ${name} ENCODING '${encoding}' TEMPLATE template0 LOCALE 'C'`);
    const url = new URL(postgres.server.url);
    url.pathname = name;
    const records = await openRecords(testPool(url.href), 'audit');
    const keys = Object.fromEntries(ODD_NAMES.map((odd, index) => [odd, index]));
    await records.commit(commitOf(0, ODD_NAMES.length, { keys, checkpoint: '— a note\n' }));
    expect(await records.keyIndexes(ODD_NAMES, 99)).toEqual(new Map(Object.entries(keys)));
    expect((await records.head()).checkpoint).toBe('— a note\n');
  });

  it('is made durable and serializable for each session, and left as it was for others', async () => {
    const [admin, said] = [postgres.pool(), [] as string[]];
    const listening = (): { pool: Pool; spied: PostgresPool } => {
      const pool = postgres.pool();
      const connect = async (): ReturnType<PostgresPool['connect']> => {
        const client = await pool.connect();
        return {
          query: async (query) => {
            said.push(query.text);
            return await client.query(query);
          },
          on: (event, listener) => client.on(event, listener),
          release: (destroy) => {
            client.release(destroy);
          },
        };
      };
      return { pool, spied: { connect } };
    };
    await openPostgresStore(listening().spied, { schema: postgres.schema() });
    expect(said[0]).toBe('SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE');
    expect(said).not.toContain('SET synchronous_commit = on');
    await admin.query('ALTER ROLE postgres SET synchronous_commit = off');
    onTestFinished(async () => {
      await admin.query('ALTER ROLE postgres RESET synchronous_commit');
    });
    const { pool, spied } = listening();
    await openPostgresStore(spied, { schema: postgres.schema() });
    expect(said).toContain('SET synchronous_commit = on');
    expect((await pool.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: 'off' }]);
    expect((await pool.query('SHOW transaction_isolation')).rows).toEqual([
      { transaction_isolation: 'read committed' },
    ]);
  });

  it.each(['42883', '0A000'])(
    'may have no advisory locks (%s): then the last to come has the log',
    async (state) => {
      const [schema, admin] = [postgres.schema(), postgres.pool()];
      await admin.query(`CREATE SCHEMA lockless_${state.toLowerCase()}`);
      await admin.query(`CREATE FUNCTION lockless_${state.toLowerCase()}.pg_try_advisory_lock(int8) RETURNS boolean
      LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no locks' USING ERRCODE = '${state}'; END $$`);
      const options = `-c search_path=lockless_${state.toLowerCase()},pg_catalog`;
      const first = await openRecords(postgres.pool({ options }), schema);
      await first.commit(commitOf(0, 2));
      const second = await openRecords(postgres.pool({ options }), schema);
      await second.commit(commitOf(2, 2));
      expect(await codeOf(() => first.commit(commitOf(2, 1)))).toBe('log-locked');
      expect(first.usable).toBe(false);
      expect(await codeOf(() => first.keepCheckpoint('note'))).toBe('log-unusable');
      for (const write of [
        (log: LogRecords) => log.keepSubjectKey('c', hashOf('key')),
        (log: LogRecords) => log.eraseSubject('c'),
        (log: LogRecords) => log.deleteEntries(1),
        (log: LogRecords) => log.keepCheckpoint('stale'),
        (log: LogRecords) => log.commit(commitOf(4, 9, { entryBytes: 1_048_576 })),
      ]) {
        const fenced = await openRecords(postgres.pool({ options }), schema);
        const last = await openRecords(postgres.pool({ options }), schema);
        expect(await codeOf(() => write(fenced))).toBe('log-locked');
        expect(await last.head()).toMatchObject({ size: 4, checkpoint: 'first' });
        expect([await last.firstIndex(), await last.subjectKey('c')]).toEqual([0, undefined]);
      }
    },
  );

  it('cannot hold a fork, whatever happens to the head row', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const first = await openRecords(pool, schema);
    await first.commit(commitOf(0, 3));
    // As if the head had been put back, locks and turns notwithstanding.
    const { last_leaf: leaf } = (
      await pool.query(`SELECT leaf_hash AS last_leaf FROM "${schema}".entry WHERE idx = 0`)
    ).rows[0] as { last_leaf: Uint8Array };
    await pool.query(`UPDATE "${schema}".log SET size = 1, last_leaf = $1`, [leaf]);
    const second = await openRecords(pool, schema, true);
    const error = await errorOf(() => second.commit(commitOf(1, 1)));
    expect([error.code, error.value, second.usable]).toEqual(['log-corrupt', 'SQLSTATE 23505', true]);
    await pool.query(`ALTER TABLE "${schema}".entry DROP CONSTRAINT entry_pkey`);
    expect(await codeOf(() => second.commit(commitOf(1, 1)))).toBe('log-corrupt');
  });
});

describe('what is read from the database', () => {
  async function stored(): Promise<{ pool: Pool; schema: string; records: LogRecords }> {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const records = await openRecords(pool, schema);
    const parts = { streams: { s: { firstVersion: 1, indexes: [0] } }, subjects: { c: [0] }, keys: { k: 0 } };
    const tiles = [{ level: 1, index: 0, hashes: hashOf('tile') }];
    await records.commit(commitOf(0, 2, { ...parts, tiles }));
    return { pool, schema, records };
  }

  it.each([
    ['log SET size = -1', (log: LogRecords) => log.head()],
    ['log SET size = 9007199254740993', (log: LogRecords) => log.head()],
    ["log SET checkpoint = '\\xff'", (log: LogRecords) => log.head()],
    ["log SET seal = '\\x00'", (log: LogRecords) => log.head()],
    ["entry SET leaf_hash = '\\x00' WHERE idx = 0", (log: LogRecords) => log.entries(0, 1)],
    ["stream_segment SET indexes = '\\x00'", (log: LogRecords) => log.streamSegments('s', 2)],
    ["stream_segment SET indexes = '\\x00'", (log: LogRecords) => log.streamVersions(['s'], 2)],
    ['stream_segment SET first_version = -7', (log: LogRecords) => log.streamVersions(['s'], 2)],
    [
      "subject_segment SET indexes = '\\x000000000001000000000000'",
      (log: LogRecords) => log.subjectIndexes('c', 2),
    ],
    ["stream_segment SET indexes = '\\x00'", (log: LogRecords) => log.indexedPositions()],
    ["subject_segment SET indexes = '\\x0000'", (log: LogRecords) => log.indexedPositions()],
    ['idempotency_key SET idx = -1', (log: LogRecords) => log.keyIndexes(['k'], 2)],
    ["tile SET hashes = '\\x00'", (log: LogRecords) => log.tile(1, 0)],
  ])('is refused where UPDATE %s', async (change, read) => {
    const { pool, schema, records } = await stored();
    await pool.query(`UPDATE "${schema}".${change}`);
    expect(await codeOf(() => read(records))).toBe('log-corrupt');
  });

  it('is the same whatever parsers the application has set for its own queries', async () => {
    const { pool, schema, records } = await stored();
    for (const parser of [Number, BigInt]) {
      types.setTypeParser(types.builtins.INT8, parser);
      expect((await records.head()).size).toBe(2);
      expect(await records.keyIndexes(['k'], 2)).toEqual(new Map([['k', 0]]));
    }
    types.setTypeParser(types.builtins.INT8, String);
    await pool.query(`DROP TABLE "${schema}".tile`);
    expect(await codeOf(() => records.tile(1, 0))).toBe('log-corrupt');
  });
});

describe('a store', () => {
  it('closes the logs that are still open, and they say so', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const store: LogStore = await openPostgresStore(pool, { schema });
    const records = await store.open(RECORDS_ORIGIN, () => 'first');
    const committing = records.commit(commitOf(0, 3));
    await store.close();
    await committing;
    expect(await codeOf(() => records.head())).toBe('log-closed');
    expect(await codeOf(() => records.commit(commitOf(3, 1)))).toBe('log-closed');
    await expect.poll(() => pool.totalCount, { timeout: 10_000 }).toBe(0);
    expect((await (await openRecords(pool, schema)).head()).size).toBe(3);
  });

  it('refuses what does not continue the log, and names that nothing can have', async () => {
    const records = await openRecords(postgres.pool(), postgres.schema());
    const gap = await errorOf(() => records.commit(commitOf(1, 2)));
    expect([gap.code, gap.value, gap.limit]).toEqual(['log-corrupt', 'from 1', 'from 0']);
    expect(await codeOf(() => records.commit(commitOf(0, 1, { keys: { '\ud800': 0 } })))).toBe(
      'event-malformed',
    );
    expect(await codeOf(() => records.keepSubjectKey('\ud800', hashOf('key')))).toBe('event-malformed');
    expect((await records.head()).size).toBe(0);
  });
});
