import { existsSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { callRpc } from '../json-rpc.ts';
import { locate, startBitcoind, startLitecoind, isServiceError, type ServiceError } from '../services.ts';
import { isRunning, runningInGroup } from './is-running.ts';
import { privateFolder } from './private-folder.ts';

async function failure(starting: Promise<unknown>): Promise<ServiceError> {
  const error = await starting.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!isServiceError(error)) throw new Error('it started', { cause: error });
  return error;
}

/** Somebody else's listener on a port of the loopback interface. */
async function occupiedPort(): Promise<{ port: number } & AsyncDisposable> {
  const server = await new Promise<Server>((resolve) => {
    const listening = createServer().listen(0, '127.0.0.1', () => {
      resolve(listening);
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  };
}

// A first run fetches what the tests start.
beforeAll(() => Promise.all([locate('bitcoind'), locate('litecoind')]));

describe.each([
  { name: 'bitcoind', start: startBitcoind, version: /^\/Satoshi:/ },
  { name: 'litecoind', start: startLitecoind, version: /^\/LitecoinCore:/ },
])('a running $name', ({ start, version }) => {
  it('answers as soon as it is given out, and leaves no process and no folder when it is stopped', async () => {
    const node = await start();
    expect(node.version).toMatch(version);
    expect(await callRpc(node, 'getblockcount')).toBe(0);
    expect((await readFile(node.cookieFile, 'utf8')).split(':')).toHaveLength(2);
    expect(isRunning(node.pid)).toBe(true);
    await node.stop();
    expect(node.log()).toContain('Shutdown: done');
    expect(runningInGroup(node.pid)).toEqual([]);
    expect(existsSync(node.dataFolder)).toBe(false);
  });

  it('is gone after a kill, which gives it no time to shut down', async () => {
    const node = await start();
    await node.kill();
    expect(node.log()).not.toContain('Shutdown');
    expect(runningInGroup(node.pid)).toEqual([]);
    expect(existsSync(node.dataFolder)).toBe(false);
  });

  it('goes on with its chain in a folder that was kept, at the port it had, even after a kill', async () => {
    const first = await start();
    await callRpc(first, 'createwallet', ['w']);
    const address = await callRpc(first, 'getnewaddress', [], 'w');
    await callRpc(first, 'generatetoaddress', [3, address]);
    await first.stop({ keepData: true });
    const second = await start({ dataFolder: first.dataFolder, port: first.port });
    expect(second.url).toBe(first.url);
    expect(await callRpc(second, 'getblockcount')).toBe(3);
    await second.kill();
    const third = await start({ dataFolder: first.dataFolder });
    expect(await callRpc(third, 'getblockcount')).toBe(3);
    await third.stop();
    expect(existsSync(first.dataFolder)).toBe(true);
    await rm(first.dataFolder, { recursive: true });
  });
});

describe('a node', () => {
  it('has ports and a folder of its own when several start at once', async () => {
    const nodes = await Promise.all([startBitcoind(), startBitcoind(), startBitcoind()]);
    expect(new Set(nodes.flatMap((node) => [node.port, node.p2pPort])).size).toBe(6);
    expect(new Set(nodes.map((node) => node.dataFolder)).size).toBe(3);
    const [first, second] = nodes;
    await callRpc(first, 'addnode', [`127.0.0.1:${second.p2pPort}`, 'onetry']);
    await expect.poll(() => callRpc(second, 'getconnectioncount'), { timeout: 10_000 }).toBe(1);
    await Promise.all(nodes.map((node) => node.stop()));
  });

  it('has no peers and looks for none', async () => {
    await using node = await startBitcoind();
    expect(await callRpc(node, 'getpeerinfo')).toEqual([]);
    expect(node.log()).not.toMatch(/mapport thread|dnsseed thread|opencon thread/);
  });

  it('is stopped once, however often and in whatever way it is asked', async () => {
    const node = await startBitcoind();
    await Promise.all([node.stop(), node.kill(), node[Symbol.asyncDispose]()]);
    await node.stop();
    expect(existsSync(node.dataFolder)).toBe(false);
  });

  it('that ends by itself is cleared away by a stop', async () => {
    const node = await startBitcoind();
    process.kill(node.pid, 'SIGKILL');
    await expect.poll(() => runningInGroup(node.pid), { timeout: 10_000 }).toEqual([]);
    await node.stop();
    expect(existsSync(node.dataFolder)).toBe(false);
  });

  it('starts with other ports when somebody takes its port first', async () => {
    await using folder = await privateFolder();
    await using taken = await occupiedPort();
    const { command, prefixArguments } = await locate('bitcoind');
    const program = [command, ...prefixArguments].map((word) => `'${word}'`).join(' ');
    const script = join(folder.path, 'bitcoind');
    await writeFile(
      script,
      `#!/bin/sh\ncd '${folder.path}'\nif [ -e tried ]; then exec ${program} "$@"; fi\n` +
        `touch tried\nexec ${program} "$@" -rpcport=${taken.port}\n`,
    );
    await chmod(script, 0o755);
    await using node = await startBitcoind({ environment: { BITCOIND: script } });
    expect(existsSync(join(folder.path, 'tried'))).toBe(true);
    expect(node.port).not.toBe(taken.port);
    expect(await callRpc(node, 'getblockcount')).toBe(0);
  });

  it('that was to have a port that somebody else has is refused, with its log', async () => {
    await using taken = await occupiedPort();
    const refused = await failure(startBitcoind({ port: taken.port }));
    expect(refused.code).toBe('service-exited');
    expect(refused.message).toContain(String(taken.port));
  });

  it('that is no node is refused, with its status and what it wrote', async () => {
    const silent = await failure(startBitcoind({ environment: { BITCOIND: '/bin/false' } }));
    expect(silent).toMatchObject({ code: 'service-exited', value: '1' });
    expect(silent.message).toContain('wrote nothing');

    const talking = await failure(startBitcoind({ extraArguments: ['-nosuchoption'] }));
    expect(talking.code).toBe('service-exited');
    expect(talking.message).toContain('nosuchoption');
  });

  it('that runs but never answers is given up, and ended', async () => {
    await using folder = await privateFolder();
    const script = join(folder.path, 'bitcoind');
    await writeFile(script, '#!/bin/sh\necho $$\nexec sleep 600\n');
    await chmod(script, 0o755);
    const refused = await failure(startBitcoind({ environment: { BITCOIND: script }, readyWithinMs: 500 }));
    expect(refused).toMatchObject({ code: 'service-not-ready', limit: '500 ms' });
    const pid = Number(/\n(\d+)$/.exec(refused.message)?.[1]);
    expect(runningInGroup(pid)).toEqual([]);
  });

  it('is out of reach for who has another cookie', async () => {
    await using node = await startBitcoind();
    await using folder = await privateFolder();
    const cookieFile = join(folder.path, 'cookie');
    await writeFile(cookieFile, '__cookie__:00');
    const refused = await failure(callRpc({ url: node.url, cookieFile }, 'getblockcount'));
    expect(refused.code).toBe('rpc-unreachable');
    expect((refused.cause as Error).message).toBe('HTTP status 401');
  });

  it('refuses a call with the code and message of the node, and says when it is not there', async () => {
    const node = await startBitcoind();
    await expect(callRpc(node, 'nosuchmethod')).rejects.toMatchObject({
      code: 'rpc-refused',
      value: '-32601',
    });
    await node.stop();
    await expect(callRpc(node, 'getblockcount')).rejects.toMatchObject({
      code: 'rpc-unreachable',
      value: node.url,
    });
  });
});
