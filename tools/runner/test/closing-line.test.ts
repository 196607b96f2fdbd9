import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandIn, workspaceRoot } from '../../check/workspace-command.ts';
import { temporaryFolder } from './temporary-folder.ts';

const vitest = "import { afterAll, beforeAll, describe, expect, it } from 'vitest';\n";

/** Runs Vitest over test files of its own and gives the last line of what it printed. */
async function closingLineOf(files: Readonly<Record<string, string>>): Promise<string | undefined> {
  const reporter = join(workspaceRoot, 'tools', 'runner', 'closing-line.ts');
  const folder = temporaryFolder({
    'vitest.config.js': `export default { test: { reporters: ['default', ${JSON.stringify(reporter)}] } };`,
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [name, vitest + text])),
  });
  symlinkSync(join(workspaceRoot, 'node_modules'), join(folder, 'node_modules'));
  const { stdout } = await runCommandIn(folder, 'node', 'node_modules/vitest/vitest.mjs', 'run');
  return stdout.trimEnd().split('\n').at(-1);
}

describe('the closing line', () => {
  it('counts tests by how they ended', async () => {
    const line = await closingLineOf({
      'a.test.js':
        "it('a', () => {}); it('b', () => {}); it('c', () => { expect(1).toBe(2); }); it.skip('d', () => {});",
    });
    expect(line).toBe('2 passed, 1 failed, 1 skipped');
  });

  it('counts what breaks outside of a test, so that a red run never reads as green', async () => {
    const line = await closingLineOf({
      'load.test.js': "import './absent.js'; it('a', () => {});",
      'before.test.js':
        "describe('x', () => { beforeAll(() => { throw new Error('x'); }); it('a', () => {}); });",
      'after.test.js': "afterAll(() => { throw new Error('x'); }); it('a', () => {});",
      'late.test.js':
        "it('a', () => { setTimeout(() => { throw new Error('x'); }); }); it('b', () => new Promise((r) => setTimeout(r, 50)));",
    });
    expect(line).toBe('3 passed, 4 failed, 1 skipped');
  });
});
