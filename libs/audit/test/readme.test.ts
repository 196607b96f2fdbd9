import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-log.ts';

const LIBRARY = join(import.meta.dirname, '..');

function firstExample(): string {
  const readme = readFileSync(join(LIBRARY, 'README.md'), 'utf8');
  const match = /```ts\n([\s\S]*?)```/.exec(readme);
  if (match?.[1] === undefined) throw new Error('the README has no example');
  return match[1];
}

describe('the README', () => {
  it('has a first example that runs as it stands and prints what it says', () => {
    const folder = temporaryFolder();
    // Beside the sources, where its imports resolve as they do for a user who installed the package.
    const program = join(import.meta.dirname, `readme-example-${process.pid}.ts`);
    writeFileSync(program, firstExample());
    onTestFinished(() => {
      rmSync(program);
    });
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--conditions=@bitcoin-enterprise/source', program],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(
      [...firstExample().matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map((match) => match[1]),
    );
    expect(readFileSync(join(folder, 'evidence.jsonl'), 'utf8')).toContain('audit-bundle/2');
  });
});
