import { randomBytes } from 'node:crypto';
import {
  startPostgres,
  type PostgresOptions,
  type RunningPostgres,
} from '@bitcoin-enterprise/tools/services';
import { Pool, type PoolConfig } from 'pg';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { LogRecords } from '../src/index.ts';
import { openPostgresStore, type PostgresPool } from '../src/postgres.ts';

/** A server for all tests of a file: everything that it gives is made for one test. */
export interface TestPostgres {
  readonly server: RunningPostgres;
  /** Sessions that end with the test. */
  pool(config?: PoolConfig): Pool;
  /** The name of a schema that nobody has used. */
  schema(): string;
}

export function postgresForThisFile(options: PostgresOptions = {}): TestPostgres {
  let server: RunningPostgres | undefined;
  const running = (): RunningPostgres => {
    if (server === undefined) throw new Error('PostgreSQL runs only while tests do');
    return server;
  };
  beforeAll(async () => {
    server = await startPostgres(options);
  });
  afterAll(async () => {
    await server?.stop();
  });
  return {
    get server() {
      return running();
    },
    pool: (config) => testPool(running().url, config),
    schema: () => `test_${randomBytes(6).toString('hex')}`,
  };
}

export function testPool(url: string, config: PoolConfig = {}): Pool {
  const pool = new Pool({ connectionString: url, max: 20, ...config });
  // Of sessions that nobody uses: the tests end servers and sessions on purpose.
  pool.on('error', () => undefined);
  onTestFinished(() => pool.end());
  return pool;
}

/** The log that {@link openRecords} opens. */
export const RECORDS_ORIGIN = 'example.com/log';

/** The records of one log, which are closed when the test is over. */
export async function openRecords(pool: PostgresPool, schema: string, takeOver = false): Promise<LogRecords> {
  const store = await openPostgresStore(pool, { schema, takeOver });
  const records = await store.open(RECORDS_ORIGIN, () => 'first');
  onTestFinished(async () => {
    await records.close();
  });
  return records;
}
