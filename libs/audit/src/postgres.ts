export { openPostgresStore, type PostgresStoreOptions } from './store/postgres-store.ts';
export type { PostgresClient, PostgresPool, PostgresQuery } from './store/postgres-client.ts';
