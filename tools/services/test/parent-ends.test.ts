import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { locate } from '../locate.ts';
import { runningInGroup } from './is-running.ts';

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly node: { pid: number; dataFolder: string };
}

/** Runs a process that starts a node, sends it `signal` once the node runs, and waits for its end. */
async function runParent(way: string, signal?: NodeJS.Signals): Promise<Ended> {
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'start-and-wait.ts'), way], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    parent.on('exit', (...how) => {
      resolve(how);
    });
  });
  const line = await new Promise<string>((resolve) => {
    parent.stdout.setEncoding('utf8').once('data', resolve);
  });
  const node = JSON.parse(line) as Ended['node'];
  if (signal !== undefined) parent.kill(signal);
  const [status, endedBy] = await ended;
  return { status, signal: endedBy, node };
}

beforeAll(() => locate('bitcoind'));

describe('when the process that started a node ends', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s, the node and its folder go first',
    async (signal) => {
      const ended = await runParent('wait', signal);
      expect(ended.signal).toBe(signal);
      await expect.poll(() => runningInGroup(ended.node.pid), { timeout: 5_000 }).toEqual([]);
      expect(existsSync(ended.node.dataFolder)).toBe(false);
    },
  );

  it.each([
    { way: 'exit', status: 7 },
    { way: 'throw', status: 1 },
  ])('by $way, the node and its folder go first', async ({ way, status }) => {
    const ended = await runParent(way);
    expect(ended.status).toBe(status);
    await expect.poll(() => runningInGroup(ended.node.pid), { timeout: 5_000 }).toEqual([]);
    expect(existsSync(ended.node.dataFolder)).toBe(false);
  });

  it('on a signal that it handles itself, the node still goes and its own handler decides how it ends', async () => {
    const ended = await runParent('listen', 'SIGINT');
    expect(ended.status).toBe(9);
    await expect.poll(() => runningInGroup(ended.node.pid), { timeout: 5_000 }).toEqual([]);
    expect(existsSync(ended.node.dataFolder)).toBe(false);
  });

  it('by SIGKILL, the watchdog ends the node, removes its folder and ends itself', async () => {
    const ended = await runParent('wait', 'SIGKILL');
    expect(ended.signal).toBe('SIGKILL');
    await expect.poll(() => runningInGroup(ended.node.pid), { timeout: 10_000 }).toEqual([]);
    expect(existsSync(ended.node.dataFolder)).toBe(false);
  });
});
