import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { withFileLock } from '../src/keystore/file-lock.ts';
import { rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('the lock of a file', () => {
  it('lets one in at a time, and lets go also where it failed', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    let inside = 0;
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        withFileLock(path, async () => {
          inside += 1;
          expect(inside).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          if (index % 2 === 1) throw new Error('failed inside');
          return index;
        }),
      ),
    );
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it('is taken by the operating system from a process that is killed', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    const program = `
      const { DatabaseSync } = require('node:sqlite');
      new DatabaseSync(process.argv[1]).exec('BEGIN EXCLUSIVE');
      process.stdout.write('held');
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ['-e', program, `${path}.lock`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const order: string[] = [];
    const waiting = withFileLock(path, () => Promise.resolve(order.push('inside')));
    await new Promise((resolve) => setTimeout(resolve, 50));
    order.push('killed');
    child.kill('SIGKILL');
    await waiting;
    expect(order).toEqual(['killed', 'inside']);
  });

  it('says that another holds it after ten seconds', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    const holder = new DatabaseSync(`${path}.lock`);
    holder.exec('BEGIN EXCLUSIVE');
    const error = await rejection(withFileLock(path, () => Promise.resolve()));
    holder.close();
    expect(error).toMatchObject({ code: 'keystore-locked', value: path, limit: '10000 ms' });
  });

  it('says that it cannot be taken where there is no folder, or something else has its name', async () => {
    const folder = await temporaryFolder();
    const run = (): Promise<void> => Promise.resolve();
    const nowhere = join(folder, 'no', 'keys.json');
    expect((await rejection(withFileLock(nowhere, run))).code).toBe('keystore-unwritable');
    await mkdir(join(folder, 'a.lock'));
    expect((await rejection(withFileLock(join(folder, 'a'), run))).code).toBe('keystore-unwritable');
    await writeFile(join(folder, 'b.lock'), 'something else altogether, and no database');
    expect((await rejection(withFileLock(join(folder, 'b'), run))).code).toBe('keystore-unwritable');
  });
});
