import { spawn } from 'node:child_process';
import { existsSync, lstatSync } from 'node:fs';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  locate,
  isServiceError,
  startPostgres,
  type RunningPostgres,
  type ServiceError,
} from '../services.ts';
import { pingPostgres } from '../postgres-ping.ts';
import { isRunning } from './is-running.ts';
import { privateFolder } from './private-folder.ts';

async function failure(starting: Promise<unknown>): Promise<ServiceError> {
  const error = await starting.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!isServiceError(error)) throw new Error('it started', { cause: error });
  return error;
}

function socketOf({ dataFolder }: RunningPostgres): string {
  return join(dataFolder, '.s.PGSQL.5432');
}

/** Everything that is found by the environment without what is on PATH: what Debian has. */
const debianOnly: NodeJS.ProcessEnv = { ...process.env, POSTGRES: '', PATH: '/usr/bin:/bin' };

// A first run fetches what the tests start.
beforeAll(() => Promise.all([locate('postgres'), locate('postgres', { environment: debianOnly })]));

describe.each([
  { from: 'where this machine has it', environment: process.env },
  { from: "Debian's packages", environment: debianOnly },
])('a running PostgreSQL from $from', ({ environment }) => {
  it('answers as soon as it is given out, and leaves no process and no folder when it is stopped', async () => {
    const server = await startPostgres({ environment });
    expect(server.version).toMatch(/^\d+\./);
    expect(await pingPostgres(socketOf(server), 'postgres')).toBe(server.version);
    expect(server.log()).toContain('ready to accept connections');
    await server.stop();
    expect(server.log()).toContain('database system is shut down');
    expect(isRunning(server.pid)).toBe(false);
    expect(existsSync(server.dataFolder)).toBe(false);
  });

  it('goes on with its data in a folder that was kept, under the same address, even after a kill', async () => {
    const first = await startPostgres({ environment });
    await first.kill({ keepData: true });
    const second = await startPostgres({ environment, dataFolder: first.dataFolder });
    expect(second.url).toBe(first.url);
    expect(second.log()).toContain('not properly shut down');
    await second.stop();
    expect(existsSync(second.dataFolder)).toBe(true);
    await rm(second.dataFolder, { recursive: true });
  });
});

describe('a PostgreSQL', () => {
  it('syncs its commits, listens on no network and lets only its own user in', async () => {
    await using server = await startPostgres({ settings: { log_connections: 'on' } });
    const file = await readFile(join(server.dataFolder, 'data', 'postgresql.conf'), 'utf8');
    expect(file).toMatch(/^#fsync = on/m);
    const postmaster = await readFile(join(server.dataFolder, 'data', 'postmaster.pid'), 'utf8');
    // The line of TCP addresses is empty ("PostgreSQL", postmaster.pid).
    expect(postmaster.split('\n')[5]).toBe('');
    expect(lstatSync(server.dataFolder).mode & 0o077).toBe(0);
    await pingPostgres(socketOf(server), 'postgres');
    await expect
      .poll(() => server.log(), { timeout: 10_000 })
      .toContain('connection authorized: user=postgres');
  });

  it('ends its sessions with it when it is killed', async () => {
    const server = await startPostgres();
    const children = join('/proc', String(server.pid), 'task', String(server.pid), 'children');
    const sessions = existsSync(children)
      ? (await readFile(children, 'utf8')).trim().split(' ').map(Number)
      : [];
    await server.kill();
    expect([server.pid, ...sessions].filter(isRunning)).toEqual([]);
    expect(server.log()).not.toContain('shutdown request');
    expect(existsSync(server.dataFolder)).toBe(false);
  });

  it('has a folder of its own when several start at once, and is stopped once, however often it is asked', async () => {
    const servers = await Promise.all([startPostgres(), startPostgres()]);
    expect(new Set(servers.map(({ url }) => url)).size).toBe(2);
    await Promise.all(
      servers.flatMap((server) => [server.stop(), server.kill(), server[Symbol.asyncDispose]()]),
    );
    expect(servers.filter(({ dataFolder }) => existsSync(dataFolder))).toEqual([]);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'goes with its folder when the process that started it ends by %s',
    async (signal) => {
      const program = `
      import { startPostgres } from '@bitcoin-enterprise/tools/services';
      const { pid, dataFolder } = await startPostgres();
      process.stdout.write(JSON.stringify({ pid, dataFolder }));
      setInterval(() => undefined, 1000);
    `;
      const parent = spawn(
        process.execPath,
        ['--conditions=@bitcoin-enterprise/source', '--input-type=module', '-e', program],
        { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const line = await new Promise<string>((resolve) =>
        parent.stdout.setEncoding('utf8').once('data', resolve),
      );
      const { pid, dataFolder } = JSON.parse(line) as { pid: number; dataFolder: string };
      parent.kill(signal);
      await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
      await expect.poll(() => existsSync(dataFolder), { timeout: 10_000 }).toBe(false);
    },
  );

  it('that does not start is refused, with its status and what it wrote, and leaves nothing behind', async () => {
    const before = await readdir(tmpdir());
    const wrong = await failure(startPostgres({ settings: { no_such_setting: '1' } }));
    expect(wrong).toMatchObject({ code: 'service-exited', value: '1' });
    expect(wrong.message).toContain('no_such_setting');
    await using folder = await privateFolder();
    await chmod(folder.path, 0o755);
    for (const name of ['postgres', 'initdb']) {
      await writeFile(join(folder.path, name), '#!/bin/sh\nexit 3\n');
      await chmod(join(folder.path, name), 0o755);
    }
    const none = await failure(startPostgres({ environment: { POSTGRES: join(folder.path, 'postgres') } }));
    expect(none).toMatchObject({ code: 'service-exited', value: '3' });
    expect(none.message).toContain('wrote nothing');
    const after = await readdir(tmpdir());
    expect(after.filter((name) => name.startsWith('postgres-') && !before.includes(name))).toEqual([]);
  });

  it('that runs but never answers is given up, and ended', async () => {
    await using folder = await privateFolder();
    await chmod(folder.path, 0o755);
    await writeFile(join(folder.path, 'initdb'), '#!/bin/sh\nexit 0\n');
    await writeFile(join(folder.path, 'postgres'), '#!/bin/sh\necho $$\nexec sleep 600\n');
    for (const name of ['postgres', 'initdb']) await chmod(join(folder.path, name), 0o755);
    const environment = { POSTGRES: join(folder.path, 'postgres') };
    const refused = await failure(startPostgres({ environment, readyWithinMs: 500 }));
    expect(refused).toMatchObject({ code: 'service-not-ready', limit: '500 ms' });
    expect(isRunning(Number(/\n(\d+)$/.exec(refused.message)?.[1]))).toBe(false);
  });
});

describe('asking a server whether it accepts sessions', () => {
  it('gives nothing for a refusal, for half an answer that ends, and for nobody', async () => {
    await using folder = await privateFolder();
    const path = join(folder.path, 'socket');
    const refusal = Buffer.concat([
      Buffer.from('E'),
      Buffer.from([0, 0, 0, 13]),
      Buffer.from('SFATAL\0\0\0'),
    ]);
    for (const answer of [refusal, Buffer.from([0x53, 0, 0]), Buffer.alloc(0)]) {
      const server = createServer((socket) => socket.resume().end(answer));
      await new Promise<void>((resolve) => server.listen(path, resolve));
      expect(await pingPostgres(path, 'postgres')).toBeUndefined();
      await new Promise((resolve) => server.close(resolve));
    }
    expect(await pingPostgres(join(folder.path, 'none'), 'postgres')).toBeUndefined();
  });

  it('finds the version in an answer that comes in single bytes', async () => {
    await using folder = await privateFolder();
    const path = join(folder.path, 'socket');
    const message = (type: string, text: string): Buffer => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(4 + Buffer.byteLength(text));
      return Buffer.concat([Buffer.from(type), length, Buffer.from(text)]);
    };
    const answer = [
      message('R', '\0\0\0\0'),
      message('S', 'TimeZone\0GMT\0'),
      message('S', 'server_version\x0016.3\0'),
      message('Z', 'I'),
    ];
    const server = createServer((socket) => {
      socket.on('error', () => undefined).setNoDelay();
      for (const byte of Buffer.concat(answer)) socket.write(Uint8Array.of(byte));
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(await pingPostgres(path, 'postgres')).toBe('16.3');
    server.close();
  });
});
