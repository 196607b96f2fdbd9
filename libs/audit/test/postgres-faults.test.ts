import { rm } from 'node:fs/promises';
import type { Pool } from 'pg';
import { startPostgres } from '@bitcoin-enterprise/tools/services';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLog, type Log } from '../src/index.ts';
import { openPostgresStore } from '../src/postgres.ts';
import { acknowledged, startAppender } from './postgres-appender.ts';
import { startProxy } from './postgres-proxy.ts';
import { postgresForThisFile, testPool } from './postgres-server.ts';
import { codeOf, eventNumber, eventsNumbered, ORIGIN, SIGNER } from './temporary-log.ts';

const postgres = postgresForThisFile();

async function openIn(pool: Pool, schema: string, takeOver = false): Promise<Log> {
  const store = await openPostgresStore(pool, { schema, takeOver });
  const log = await openLog(store, { origin: ORIGIN, signer: SIGNER });
  onTestFinished(() => log.close().catch(() => undefined));
  return log;
}

/** Opens the log as the next process would, and checks that it holds what was acknowledged and continues. */
async function expectWhole(url: string, schema: string, indexes: Iterable<number>): Promise<number> {
  const log = await openIn(testPool(url), schema, true);
  const entries = await Array.fromAsync(log.read());
  const present = new Set(entries.map((entry) => entry.index));
  expect([...indexes].filter((index) => !present.has(index))).toEqual([]);
  // Lists are there as a whole, or not at all.
  const last = entries.at(-1);
  const body = last?.body as { position: number; of?: number } | undefined;
  const ofLast = entries.filter(
    (entry) =>
      entry.stream === last?.stream && (entry.body as { position: number }).position === body?.position,
  );
  if (body?.of !== undefined) expect(ofLast).toHaveLength(body.of);
  expect(await log.check()).toEqual({ ok: true, entries: entries.length, problems: [] });
  await log.close();
  return entries.length;
}

/** Sessions that wait for a lock in this schema: those of writers, while a test holds the head row. */
async function waitingSessions(pool: Pool, schema: string): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`,
    [`%"${schema}"%`],
  );
  return rows.map(({ pid }) => pid);
}

/** Holds the head row of the log, so that commits wait, until it is told to let go. */
async function holdHead(pool: Pool, schema: string): Promise<() => Promise<void>> {
  const client = await pool.connect();
  await client.query(`BEGIN; SELECT 1 FROM "${schema}".log FOR UPDATE`);
  return async () => {
    await client.query('COMMIT');
    client.release();
  };
}

describe('a process that writes a log in PostgreSQL', () => {
  it('loses no acknowledged entry when it is killed, and leaves the log to the next one', async () => {
    const schema = postgres.schema();
    const indexes = new Set<number>();
    for (const lines of [3, 90, 200]) {
      const appender = startAppender(postgres.server.url, schema, 'append');
      await appender.printed(lines);
      appender.kill();
      await appender.ended;
      for (const index of acknowledged(appender)) indexes.add(index);
      // Without taking over: the database ends the session of a dead client by itself, once it has noticed.
      const free = async (): Promise<string> =>
        await codeOf(async () => {
          await (await openIn(postgres.pool(), schema)).close();
        });
      await expect.poll(free, { timeout: 10_000 }).toBe('no error');
      await expectWhole(postgres.server.url, schema, indexes);
    }
    expect(indexes.size).toBeGreaterThan(250);
  });

  it('shares no position with another one, however they fight for the log', async () => {
    const schema = postgres.schema();
    const fighters = [1, 2].map(() => startAppender(postgres.server.url, schema, 'fight'));
    await Promise.all(fighters.map((fighter) => fighter.printed(200)));
    for (const fighter of fighters) fighter.kill();
    await Promise.all(fighters.map(({ ended }) => ended));
    const indexes = fighters.flatMap(acknowledged);
    expect(new Set(indexes).size).toBe(indexes.length);
    const codes = new Set(fighters.flatMap(({ lines }) => lines.filter((line) => /\D/.test(line))));
    expect([...codes].filter((code) => code !== 'log-locked' && code !== 'log-unusable')).toEqual([]);
    expect(codes.size).toBeGreaterThan(0);
    const log = await openIn(postgres.pool(), schema, true);
    for (const fighter of fighters) {
      const own = await Array.fromAsync(log.read({ stream: `child/${fighter.pid}` }), ({ index }) => index);
      expect(acknowledged(fighter).filter((index) => !own.includes(index))).toEqual([]);
    }
    await log.close();
    await expectWhole(postgres.server.url, schema, indexes);
  });
});

describe('a PostgreSQL that is killed while it commits', () => {
  it('has everything that was acknowledged when it is started again', { timeout: 120_000 }, async () => {
    const schema = postgres.schema();
    let server = await startPostgres();
    onTestFinished(async () => {
      await server.kill();
      await rm(server.dataFolder, { recursive: true, force: true });
    });
    const indexes = new Set<number>();
    for (const kills of [1, 2, 3]) {
      const log = await openIn(testPool(server.url), schema);
      const enough = Promise.withResolvers<undefined>();
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let position = 0; ; position += 1) {
          const events = eventsNumbered(1 + ((position * 7 + writer) % 60), position);
          const receipts = await log.append(events).catch(() => undefined);
          if (receipts === undefined) return;
          for (const { index } of receipts) indexes.add(index);
          if (indexes.size > kills * 400) enough.resolve(undefined);
        }
      });
      await enough.promise;
      await server.kill({ keepData: true });
      await Promise.all(writers);
      await log.close().catch(() => undefined);
      server = await startPostgres({ dataFolder: server.dataFolder });
      expect(await expectWhole(server.url, schema, indexes)).toBeGreaterThanOrEqual(indexes.size);
    }
  });
});

describe('a session that the database ends', () => {
  it('in the middle of a commit leaves its outcome to the next who opens the log', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const log = await openIn(pool, schema);
    await log.append(eventsNumbered(3));
    const letGo = await holdHead(pool, schema);
    const append = codeOf(() => log.append(eventNumber(3)));
    await expect.poll(() => waitingSessions(pool, schema), { timeout: 10_000 }).toHaveLength(1);
    for (const pid of await waitingSessions(pool, schema))
      await pool.query('SELECT pg_terminate_backend($1)', [pid]);
    expect(await append).toBe('log-io');
    await letGo();
    expect(await codeOf(() => log.append(eventNumber(3)))).toBe('log-unusable');
    // What is known to be durable is read over another session.
    expect(await Array.fromAsync(log.read())).toHaveLength(3);
    await log.close();
    expect(await expectWhole(postgres.server.url, schema, [0, 1, 2])).toBe(3);
  });

  it('while nothing runs on it is replaced by another one', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const log = await openIn(pool, schema);
    await log.append(eventsNumbered(3));
    await log.checkpoint();
    const { rows } = await pool.query<{ ended: boolean }>(
      'SELECT pg_terminate_backend(pid, 10000) AS ended FROM pg_stat_activity WHERE query LIKE $1',
      [`%"${schema}"%`],
    );
    expect(rows).toContainEqual({ ended: true });
    await expect.poll(() => pool.totalCount - pool.idleCount, { timeout: 10_000 }).toBe(0);
    expect((await log.append(eventNumber(3))).index).toBe(3);
    // With the lock, too.
    expect(await codeOf(() => openIn(postgres.pool(), schema))).toBe('log-locked');
    expect((await log.check()).ok).toBe(true);
  });
});

describe('a connection that is cut', () => {
  it('after the commit and before the answer leaves it in the log, unacknowledged', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const proxy = await startProxy(postgres.server.url);
    const log = await openIn(testPool(proxy.url), schema);
    await log.append(eventsNumbered(3));
    proxy.swallowAnswers();
    const append = codeOf(() => log.append(eventsNumbered(2, 3)));
    const size = async (): Promise<string | undefined> =>
      (await pool.query<{ size: string }>(`SELECT size FROM "${schema}".log`)).rows[0]?.size;
    await expect.poll(size, { timeout: 10_000 }).toBe('5');
    proxy.cut();
    expect(await append).toBe('log-io');
    expect(await codeOf(() => log.append(eventNumber(5)))).toBe('log-unusable');
    expect(log.size).toBe(3);
    await log.close();
    expect(await expectWhole(postgres.server.url, schema, [0, 1, 2])).toBe(5);
  });

  it('before the commit arrived leaves nothing of it', async () => {
    const schema = postgres.schema();
    const proxy = await startProxy(postgres.server.url);
    const log = await openIn(testPool(proxy.url), schema);
    await log.append(eventsNumbered(3));
    proxy.swallowQueries();
    const append = codeOf(() => log.append(eventsNumbered(2, 3)));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    proxy.cut();
    expect(await append).toBe('log-io');
    await log.close();
    expect(await expectWhole(postgres.server.url, schema, [0, 1, 2])).toBe(3);
  });
});

describe('a writer whose log was taken over', () => {
  it('can write no more, and finds out with its next commit', async () => {
    const schema = postgres.schema();
    const first = await openIn(postgres.pool(), schema);
    await first.append(eventsNumbered(3));
    expect(await codeOf(() => openIn(postgres.pool(), schema))).toBe('log-locked');
    const second = await openIn(postgres.pool(), schema, true);
    await second.append(eventsNumbered(2, 3));
    expect(await codeOf(() => first.append(eventNumber(9)))).toBe('log-locked');
    expect(await codeOf(() => first.append(eventNumber(9)))).toBe('log-unusable');
    await second.append(eventNumber(5));
    expect(await Array.fromAsync(second.read(), ({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect((await second.check()).ok).toBe(true);
    // The lock is still that of the first one; it does not matter.
    await second.close();
    expect(await codeOf(() => openIn(postgres.pool(), schema))).toBe('log-locked');
  });

  it('commits nothing that was on its way at that moment, and half of nothing', async () => {
    const [schema, pool] = [postgres.schema(), postgres.pool()];
    const first = await openIn(pool, schema);
    await first.append(eventsNumbered(3));
    const letGo = await holdHead(pool, schema);
    const second = openIn(postgres.pool(), schema, true);
    await expect.poll(() => waitingSessions(pool, schema), { timeout: 10_000 }).toHaveLength(1);
    // Behind the second one, in the queue for the head row.
    const append = codeOf(() => first.append(eventsNumbered(600, 3)));
    await expect.poll(() => waitingSessions(pool, schema), { timeout: 10_000 }).toHaveLength(2);
    await letGo();
    expect(await append).toBe('log-locked');
    const log = await second;
    await log.append(eventNumber(3));
    expect(log.size).toBe(4);
    expect((await log.check()).ok).toBe(true);
  });
});
