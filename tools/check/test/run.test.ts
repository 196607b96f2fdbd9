import { describe, expect, it } from 'vitest';
import { runCommandIn, workspaceRoot } from '../workspace-command.ts';

function check(...argv: readonly string[]) {
  const script = ['--conditions=@bitcoin-enterprise/source', 'tools/check/run.ts'];
  return runCommandIn(workspaceRoot, 'node', ...script, ...argv);
}

describe('npm run check', () => {
  it('lists its checks, in the order in which they run', async () => {
    const { status, stdout } = await check('--list');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      ...['typecheck', 'lint', 'format', 'boundaries', 'package-shape', 'readme-shape', 'unused'],
      ...['wasm', 'model', 'build', 'packages', 'docs', 'words'],
    ]);
  });

  it('runs one check and prints its line and a total', async () => {
    const { stdout } = await check('package-shape');
    expect(stdout).toMatch(/^check package-shape (?:PASS|FAIL) \d+\.\d s$/mu);
    expect(stdout).toMatch(/^check total passed=[01] failed=[01] \d+\.\d s$/mu);
  });

  it('refuses a check that it does not have, and says what exists', async () => {
    const { status, stdout, stderr } = await check('boundary');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('there is no boundary; there is typecheck, lint');
  });
});
