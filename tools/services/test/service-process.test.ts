import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ServiceProcess } from '../service-process.ts';
import { runningInGroup } from './is-running.ts';
import { privateFolder } from './private-folder.ts';

function shell(script: string, folder: string): ServiceProcess {
  return new ServiceProcess({
    command: '/bin/sh',
    commandArguments: ['-c', script],
    folder,
    removesFolder: true,
  });
}

describe('a service process', () => {
  it('that does not end when asked is killed after the grace, with all its children', async () => {
    await using folder = await privateFolder();
    const started = shell('trap "" TERM; echo up; while :; do sleep 600; done', folder.path);
    await expect.poll(() => started.log()).toBe('up\n');
    await started.terminate(100);
    expect(await started.exited).toBe('SIGKILL');
    expect(runningInGroup(started.pid)).toEqual([]);
    expect(existsSync(folder.path)).toBe(false);
  });

  it('gives its exit status, its log, and its arguments as they were given', async () => {
    await using folder = await privateFolder();
    const started = new ServiceProcess({
      command: '/bin/sh',
      commandArguments: ['-c', 'echo "$1"; echo error >&2; exit 3', 'sh', `it's "$HOME" *`],
      folder: folder.path,
      removesFolder: false,
    });
    expect(await started.exited).toBe(3);
    expect(started.log().split('\n').sort()).toEqual(['', 'error', `it's "$HOME" *`]);
    await started.kill();
    expect(existsSync(folder.path)).toBe(true);
  });

  it('that cannot be found ends with what the shell says', async () => {
    await using folder = await privateFolder();
    const started = new ServiceProcess({
      command: join(folder.path, 'no-such-program'),
      commandArguments: [],
      folder: folder.path,
      removesFolder: true,
    });
    expect(await started.exited).toBe(127);
    expect(started.lastLogLines(1)).toContain('no-such-program');
    await started.kill();
  });
});
