import { randomBytes } from 'node:crypto';
import { openLog, type Log } from '@bitcoin-enterprise/audit';
import { openPostgresStore } from '@bitcoin-enterprise/audit/postgres';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { startPostgres } from '@bitcoin-enterprise/tools/services';
import { Pool, type PoolClient } from 'pg';
import type { Bench } from '../bench.ts';
import { event } from './sample/event.ts';

const BATCH = 1000;
const SINGLE_INSERTS = 100;

async function openFresh(pool: Pool): Promise<Log> {
  using seed = SecretBytes.random(32);
  const signer = Ed25519SigningKey.fromSeed(seed);
  const store = await openPostgresStore(pool, { schema: `bench_${randomBytes(4).toString('hex')}` });
  return await openLog(store, { origin: 'example.com/bench/postgres', signer });
}

async function bytesOfFirstEntry(log: Log): Promise<Uint8Array> {
  await log.append(event(0));
  for await (const entry of log.read({ from: 0, to: 1 })) return entry.bytes;
  throw new Error('the log is empty');
}

/** A table as applications keep them for audits: when, about what, and what; one row a transaction. */
async function plainTable(
  pool: Pool,
  bytes: Uint8Array,
): Promise<{ client: PoolClient; insert(): Promise<void> }> {
  const client = await pool.connect();
  await client.query(
    `CREATE TABLE plain_audit (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at TIMESTAMPTZ NOT NULL DEFAULT now(), subject TEXT NOT NULL, event BYTEA NOT NULL)`,
  );
  return {
    client,
    async insert() {
      // A statement by itself is a transaction: the fastest way to one commit a row.
      await client.query({
        name: 'insert',
        text: 'INSERT INTO plain_audit (subject, event) VALUES ($1, $2)',
        values: ['customer:42', bytes],
      });
    },
  };
}

/** A log in batches against rows one by one: the same bytes of events, the same server, every commit synced. */
const appendBatched: Bench = {
  name: 'postgres-append-batched',
  goal: 5,
  peer: 'INSERT, committed a row@postgresql',
  unitsOurs: BATCH,
  unitsPeer: SINGLE_INSERTS,
  async prepare() {
    const server = await startPostgres();
    const pool = new Pool({ connectionString: server.url });
    // A session that has ended may still be told that the server stops.
    pool.on('error', () => undefined);
    const log = await openFresh(pool);
    const table = await plainTable(pool, await bytesOfFirstEntry(log));
    const events = Array.from({ length: BATCH }, (_, position) => event(position));
    return {
      async ours() {
        await log.append(events);
      },
      async peer() {
        for (let row = 0; row < SINGLE_INSERTS; row += 1) await table.insert();
      },
      async close() {
        await log.close();
        table.client.release();
        await pool.end();
        await server.stop();
      },
    };
  },
};

export const benches: readonly Bench[] = [appendBatched];
