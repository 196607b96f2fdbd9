import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-log.ts';

/** A way to PostgreSQL that a test can interrupt. */
export interface PostgresProxy {
  readonly url: string;
  /** From now on what the server answers reaches nobody. */
  swallowAnswers(): void;
  /** From now on what clients ask reaches nobody. */
  swallowQueries(): void;
  /** Ends every connection, and lets new ones through again. */
  cut(): void;
}

/** @param url of a server, with a folder for its Unix socket */
export async function startProxy(url: string): Promise<PostgresProxy> {
  const upstream = new URL(url).searchParams.get('host') ?? '';
  const folder = temporaryFolder();
  const socketName = '.s.PGSQL.5432';
  const sockets = new Set<Socket>();
  const passes = { answers: true, queries: true };
  const server = createServer((client) => {
    const database = connect(join(upstream, socketName));
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.on('data', (chunk) => passes.queries && database.write(chunk));
    database.on('data', (chunk) => passes.answers && client.write(chunk));
  }).listen(join(folder, socketName));
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
    Object.assign(passes, { answers: true, queries: true });
  };
  onTestFinished(() => {
    server.close();
    cut();
  });
  const proxied = new URL(url);
  proxied.searchParams.set('host', folder);
  return {
    url: proxied.href,
    swallowAnswers: () => {
      passes.answers = false;
    },
    swallowQueries: () => {
      passes.queries = false;
    },
    cut,
  };
}
