import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { isLogError, type LogError } from '../src/index.ts';
import { openPostgresStore } from '../src/postgres.ts';
import { commitOf } from '../src/testing/sample-commit.ts';
import { openRecords, postgresForThisFile, testPool } from './postgres-server.ts';
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

/** Makes every commit in the schema fail with a SQLSTATE, as often as told. */
async function failCommits(pool: Pool, schema: string, state: string, times: number): Promise<void> {
  await pool.query(`CREATE SEQUENCE "${schema}".failures`);
  await pool.query(`CREATE FUNCTION "${schema}".fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('"${schema}".failures') <= ${times} THEN
        RAISE EXCEPTION 'refused' USING ERRCODE = '${state}', DETAIL = 'secret detail', HINT = 'secret hint';
      END IF;
      RETURN NEW;
    END $$`);
  await pool.query(
    `CREATE TRIGGER fail BEFORE INSERT ON "${schema}".entry FOR EACH STATEMENT EXECUTE FUNCTION "${schema}".fail()`,
  );
}

describe('an error of the database', () => {
  it.each([
    ['53100', 'log-full'],
    ['23505', 'log-corrupt'],
    ['25006', 'log-cannot-open'],
    ['42501', 'log-cannot-open'],
    ['28000', 'log-cannot-open'],
    ['42P01', 'log-corrupt'],
    ['XX001', 'log-corrupt'],
    ['57014', 'log-io'],
    ['22001', 'log-io'],
  ])('%s is %s, leaves nothing behind and quotes no row', async (state, code) => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const records = await openRecords(pool, schema);
    await failCommits(pool, schema, state, 2);
    for (const commit of [commitOf(0, 2), commitOf(0, 9, { entryBytes: 1_048_576 })]) {
      const error = await errorOf(() => records.commit(commit));
      expect([error.code, error.value, records.usable]).toEqual([code, `SQLSTATE ${state}`, true]);
      expect(JSON.stringify([error, error.cause, Object.entries(error.cause as Error)])).not.toContain(
        'secret',
      );
      expect((error.cause as Error).message).toBe(state === '22001' ? 'a data exception' : 'refused');
    }
    await records.commit(commitOf(0, 2));
    expect((await records.head()).size).toBe(2);
  });

  it.each(['40003', '08006', '57P01'])('%s leaves the outcome unknown', async (state) => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const records = await openRecords(pool, schema);
    await failCommits(pool, schema, state, 1);
    expect(await codeOf(() => records.commit(commitOf(0, 2)))).toBe('log-io');
    expect(records.usable).toBe(false);
    expect(await codeOf(() => records.commit(commitOf(0, 2)))).toBe('log-unusable');
    expect((await records.head()).size).toBe(0);
  });

  it.each(['40001', '40P01'])('%s is no error while trying again helps', async (state) => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const records = await openRecords(pool, schema);
    await failCommits(pool, schema, state, 16);
    const error = await errorOf(() => records.commit(commitOf(0, 9, { entryBytes: 1_048_576 })));
    expect([error.code, error.value, records.usable]).toEqual(['log-io', `SQLSTATE ${state}`, true]);
    await records.commit(commitOf(0, 9, { entryBytes: 1_048_576 }));
    expect((await records.head()).size).toBe(9);
  });

  it('on the way there is told as log-io, and a wrong user or database as log-cannot-open', async () => {
    const url = (change: (url: URL) => void): string => {
      const changed = new URL(postgres.server.url);
      change(changed);
      return changed.href;
    };
    const nowhere = url(({ searchParams }) => {
      searchParams.set('host', '/nowhere');
    });
    const noDatabase = url((changed) => {
      changed.pathname = 'none';
    });
    const noUser = url((changed) => {
      changed.username = 'nobody';
    });
    expect(await codeOf(() => openPostgresStore(testPool(nowhere)))).toBe('log-io');
    expect(await codeOf(() => openPostgresStore(testPool(noDatabase)))).toBe('log-cannot-open');
    expect(await codeOf(() => openPostgresStore(testPool(noUser)))).toBe('log-cannot-open');
  });
});
