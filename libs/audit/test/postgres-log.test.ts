import { describe, expect, it, onTestFinished } from 'vitest';
import { openLog, openStream, verifyBundle, type Log, type LogOptions, type LogStore } from '../src/index.ts';
import { openPostgresStore } from '../src/postgres.ts';
import { postgresForThisFile } from './postgres-server.ts';
import { codeOf, eventNumber, eventsNumbered, ORIGIN, signerOf, SIGNER } from './temporary-log.ts';

const postgres = postgresForThisFile();

async function openStore(schema = postgres.schema()): Promise<LogStore> {
  return await openPostgresStore(postgres.pool(), { schema });
}

async function openIn(store: LogStore, options: Partial<LogOptions> = {}): Promise<Log> {
  const log = await openLog(store, { origin: ORIGIN, signer: SIGNER, ...options });
  onTestFinished(() => log.close());
  return log;
}

describe('a log in PostgreSQL', () => {
  it('is the same log after it was opened again, by another store', async () => {
    const schema = postgres.schema();
    const first = await openIn(await openStore(schema));
    await first.append(eventsNumbered(600));
    const checkpoint = await first.checkpoint();
    await first.close();
    const again = await openIn(await openStore(schema), { pinnedCheckpoint: checkpoint });
    expect(again.size).toBe(600);
    expect(await again.checkpoint()).toBe(checkpoint);
    expect(await again.streamVersion('swap/1')).toBe(200);
    await again.append(eventsNumbered(20, 600));
    expect(await again.check()).toEqual({ ok: true, entries: 620, problems: [] });
    const aboutCustomer = await Array.fromAsync(again.read({ subject: 'customer:0' }));
    expect(aboutCustomer.map(({ index }) => index)).toEqual(
      Array.from({ length: 31 }, (_, turn) => turn * 20),
    );
  });

  it('gives a bundle that verifies without the database', async () => {
    const log = await openIn(await openStore());
    await log.append(eventsNumbered(300));
    const since = await log.checkpoint();
    await log.append(eventsNumbered(60, 300));
    const bundle = await log.exportBundle({ stream: 'swap/2', since }).bytes();
    const report = verifyBundle(bundle, { origin: ORIGIN, publicKey: SIGNER.publicKey });
    expect(report).toMatchObject({ ok: true, treeSize: 360 });
    expect(report.entries).toHaveLength(120);
  });

  it('puts calls that come together into one transaction, and keeps their order', async () => {
    const log = await openIn(await openStore());
    const calls = Array.from({ length: 50 }, (_, position) => log.append(eventNumber(position)));
    expect((await Promise.all(calls)).map(({ index }) => index)).toEqual(calls.map((_, index) => index));
    expect((await log.check()).ok).toBe(true);
  });

  it('refuses an append on an older version, and gives the receipt of the first time for a repeated key', async () => {
    const schema = postgres.schema();
    const log = await openIn(await openStore(schema));
    const keyed = { ...eventNumber(0), idempotencyKey: 'order/17' };
    const receipt = await log.append(keyed);
    await log.append(eventsNumbered(300, 1));
    await log.close();
    const again = await openIn(await openStore(schema));
    expect(await again.append(keyed)).toEqual(receipt);
    const late = { ...eventNumber(1), expectedVersion: 1 };
    expect(await codeOf(() => again.append(late))).toBe('version-conflict');
    const codec = {
      encode: (step: number) => ({ type: 'step', body: step }),
      decode: (_: string, body: unknown) => Number(body),
    };
    const stream = await openStream(again, 'journal', codec);
    await stream.append([1, 2, 3]);
    expect(await Array.fromAsync(stream.read())).toEqual([1, 2, 3]);
  });

  it('shares its schema with others, each with a key of its own', async () => {
    const store = await openStore();
    const desk = await openIn(store);
    const vault = await openIn(store, { origin: 'example.com/vault/log', signer: signerOf(9) });
    await Promise.all([desk.append(eventsNumbered(30)), vault.append(eventsNumbered(40))]);
    expect([desk.size, vault.size]).toEqual([30, 40]);
    await vault.close();
    expect(await codeOf(() => openIn(store, { origin: 'example.com/vault/log' }))).toBe('log-wrong-key');
    expect(await store.origins()).toEqual([ORIGIN, 'example.com/vault/log']);
  });

  it('is refused when rows were changed, removed or put back', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const log = await openIn(await openStore(schema));
    await log.append(eventsNumbered(300));
    await log.close();
    const refusedAfter = async (change: string): Promise<string> => {
      await pool.query('BEGIN');
      await pool.query(change);
      await pool.query('COMMIT');
      return await codeOf(async () => openIn(await openStore(schema)));
    };
    const table = (name: string): string => `"${schema}".${name}`;
    expect(await refusedAfter(`UPDATE ${table('entry')} SET bytes = bytes || 'x' WHERE idx = 299`)).toBe(
      'log-corrupt',
    );
    expect(await refusedAfter(`DELETE FROM ${table('entry')} WHERE idx = 299`)).toBe('log-corrupt');
    expect(await refusedAfter(`UPDATE ${table('log')} SET size = 256`)).toBe('log-corrupt');
    expect(await refusedAfter(`UPDATE ${table('log')} SET size = -1`)).toBe('log-corrupt');
  });
});
