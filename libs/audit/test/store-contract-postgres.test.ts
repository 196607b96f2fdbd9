import { describe, it } from 'vitest';
import { openPostgresStore } from '../src/postgres.ts';
import { postgresForThisFile } from './postgres-server.ts';
import { describeStoreContract } from './store-contract.ts';

const postgres = postgresForThisFile();

describeStoreContract(
  'PostgreSQL',
  () => {
    const [pool, schema] = [postgres.pool(), postgres.schema()];
    return Promise.resolve({ open: () => openPostgresStore(pool, { schema }) });
  },
  { describe, it },
);
