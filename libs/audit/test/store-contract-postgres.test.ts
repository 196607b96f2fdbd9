import { describe, it } from 'vitest';
import { openPostgresStore } from '../src/postgres.ts';
import { storeContract } from '../src/testing.ts';
import { postgresForThisFile } from './postgres-server.ts';

const postgres = postgresForThisFile();

describe('PostgreSQL, as a store of logs,', () => {
  const newPlace = () => {
    const [pool, schema] = [postgres.pool(), postgres.schema()];
    return { open: () => openPostgresStore(pool, { schema }) };
  };
  for (const { name, run } of storeContract(newPlace)) it(name, run);
});
