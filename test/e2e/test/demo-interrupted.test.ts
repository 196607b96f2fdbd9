import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The processes that inherited a mark in their environment; Linux only, as the services of the demo are. */
async function processesMarked(mark: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(mark) ? [pid] : [];
    }),
  );
  return marked.flat();
}

describe('the demo', () => {
  it.runIf(process.platform === 'linux').each(['SIGINT', 'SIGTERM'] as const)(
    'leaves no process and no file behind when %s ends it in the middle of a swap',
    async (signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'demo-interrupted-'));
      const mark = `DEMO_TEST_MARK=${folder}`;
      const child = spawn(
        process.execPath,
        ['--conditions=@bitcoin-enterprise/source', 'tools/demo/demo.ts'],
        {
          cwd: ROOT,
          env: { ...process.env, TMPDIR: folder, DEMO_TEST_MARK: folder },
          stdio: ['ignore', 'pipe', 'inherit'],
          // A group of its own, as a shell gives it, so that the signal reaches everything that Ctrl-C reaches.
          detached: true,
        },
      );
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      await expect.poll(() => said, { timeout: 60_000, interval: 100 }).toContain('Taproot HTLC');
      expect(await readdir(folder)).not.toEqual([]);
      const exited = once(child, 'exit');
      process.kill(-(child.pid ?? 0), signal);
      await exited;
      await expect.poll(() => processesMarked(mark), { timeout: 10_000 }).toEqual([]);
      await expect.poll(() => readdir(folder), { timeout: 10_000 }).toEqual([]);
      await rm(folder, { recursive: true });
    },
  );
});
