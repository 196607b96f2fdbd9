import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCommandIn, workspaceRoot } from '../../check/workspace-command.ts';
import { temporaryFolder } from './temporary-folder.ts';

type Files = Readonly<Record<string, string>>;

/** Starts a runner as its npm script does, on the files of a folder of its own. */
async function start(script: string, files: Files, ...argv: readonly string[]) {
  const folder = temporaryFolder({ 'package.json': '{"type":"module"}', ...files });
  const { status, stdout, stderr } = await runCommandIn(
    workspaceRoot,
    'node',
    '--conditions=@bitcoin-enterprise/source',
    ...[join(workspaceRoot, script), '--folder', folder, ...argv],
  );
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}

describe('npm run conformance', () => {
  const run = (files: Files, vectors: Files, ...argv: readonly string[]) => {
    vi.stubEnv('VECTORS_DIR', temporaryFolder(vectors));
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    return start('test/conformance/run.ts', files, ...argv);
  };
  const suite = (body: string, files = "['audit/a.json']") =>
    `export const suite = { source: 'RFC 6962', files: ${files}, *cases(files) { ${body} } };`;

  it('counts what passed, failed and was skipped, with the reasons', async () => {
    const body = `
      for (const n of JSON.parse(files.get('audit/a.json')))
        yield { name: 'case ' + n, run: async () => { if (n % 2 === 0) throw new Error('leaf ' + n + '\\nmore'); } };
      yield { name: 'x', skip: 'not supported: SHA-1' };
      yield { name: 'y', skip: 'not supported: SHA-1' };`;
    const { status, lines } = await run(
      { 'audit/tree.ts': suite(body) },
      { 'audit/a.json': '[1,2,3,4,6,8,10,12,14]' },
    );
    expect(status).toBe(1);
    expect(lines).toEqual([
      'conformance audit/tree passed=2 failed=7 skipped=2 source="RFC 6962"',
      '  failed case 2: leaf 2',
      '  failed case 4: leaf 4',
      '  failed case 6: leaf 6',
      '  failed case 8: leaf 8',
      '  failed case 10: leaf 10',
      '  and 2 more failed',
      '  skipped 2: not supported: SHA-1',
      'conformance total suites=1 passed=2 failed=7 skipped=2 suites-skipped=0',
    ]);
  });

  it('skips a suite whose vectors are absent, and says which', async () => {
    const { status, lines } = await run(
      { 'audit/tree.ts': suite('', "['audit/a.json', 'audit/b.json']") },
      { 'audit/a.json': '[]' },
    );
    expect(status).toBe(0);
    expect(lines).toEqual([
      'conformance audit/tree passed=0 failed=0 skipped=all source="RFC 6962" reason="no audit/b.json"',
      'conformance total suites=1 passed=0 failed=0 skipped=0 suites-skipped=1',
    ]);
  });

  it('fails a suite that finds no case, and one that breaks off', async () => {
    const files = { 'audit/empty.ts': suite(''), 'audit/torn.ts': suite("throw new Error('not JSON')") };
    const { status, lines } = await run(files, { 'audit/a.json': '[]' });
    expect(status).toBe(1);
    expect(lines[0]).toBe('conformance audit/empty passed=0 failed=1 skipped=0 source="RFC 6962"');
    expect(lines).toContain('conformance audit/torn error="not JSON" FAIL');
    expect(lines.at(-1)).toBe('conformance total suites=2 passed=0 failed=2 skipped=0 suites-skipped=0');
  });
});

describe('npm run faults', () => {
  const campaign = (result: string) =>
    `export const campaign = { run: async (progress) => { progress(0, 2, 'killing'); progress(2, 2, 'killing'); return ${result}; } };`;
  const goal = "{ name: 'at least 2 points', met: true, detail: '2' }";

  it('passes a campaign that met its goals, with progress beside the results', async () => {
    const files = {
      'cci-sat/kill.ts': campaign(
        `{ points: 2, survived: 2, lost: 0, more: { 'double-locked': 0 }, goals: [${goal}], failures: [] }`,
      ),
    };
    const { status, lines, stderr } = await start('test/faults/run.ts', files);
    expect(lines[0]).toMatch(
      /^faults cci-sat\/kill points=2 survived=2 lost=0 double-locked=0 goals=4\/4 seconds=\S+ PASS$/u,
    );
    expect(lines[1]).toBe('faults total campaigns=1 failed=0 points=2 survived=2 lost=0');
    expect(stderr).toBe('faults cci-sat/kill 0/2 killing\nfaults cci-sat/kill 2/2 killing\n');
    expect(status).toBe(0);
  });

  it.each([
    [
      'a goal that was missed',
      `points: 2, survived: 2, lost: 0, goals: [${goal.replace('true', 'false')}]`,
      'missed at least 2 points: 2',
    ],
    ['anything lost', `points: 2, survived: 1, lost: 1, goals: [${goal}]`, 'missed nothing lost: 1 lost'],
    [
      'a point without an end',
      `points: 2, survived: 1, lost: 0, goals: [${goal}]`,
      'missed every point accounted for: 1 survived and 0 lost of 2',
    ],
    [
      'no point at all',
      `points: 0, survived: 0, lost: 0, goals: [${goal}]`,
      'missed every point accounted for: 0 survived and 0 lost of 0',
    ],
    [
      'no goal',
      'points: 2, survived: 2, lost: 0, goals: []',
      'missed a goal of its own: a campaign without a goal proves nothing',
    ],
  ])('fails a campaign with %s', async (_what, result, line) => {
    const { status, lines } = await start('test/faults/run.ts', {
      'cci-sat/kill.ts': campaign(`{ ${result}, failures: ['point 1: both legs gone'] }`),
    });
    expect(status).toBe(1);
    expect(lines).toContain(`  ${line}`);
    expect(lines).toContain('  point 1: both legs gone');
  });
});

describe('npm run bench', () => {
  it('gives both times, their ratio, its spread, the goal and the verdict', async () => {
    const bench = (name: string, goals: string) =>
      `{ name: '${name}', ${goals}, peer: 'slow@2.1.0', prepare: async () => ({ ours: () => spin(20), peer: () => spin(80) }) }`;
    const files = {
      'audit/append.ts': `
        const spin = (us) => { const end = process.hrtime.bigint() + BigInt(us * 1000); while (process.hrtime.bigint() < end); };
        export const benches = [${bench('append', 'goal: 1, aim: 1000')}, ${bench('append-batched', 'goal: 1000')}];`,
    };
    const { status, lines } = await start('tools/bench/run.ts', files, 'audit/append');
    expect(lines[0]).toMatch(
      /^bench audit\/append ours=[\d.]+(?:µs|ms) peer=slow@2\.1\.0:[\d.]+(?:µs|ms) ratio=[\d.]+ spread=[\d.]+–[\d.]+ rounds=9(?: stolen=\d+%)? goal=1 aim=1000:missed PASS$/u,
    );
    expect(lines[1]).toMatch(/^bench audit\/append-batched .* goal=1000 FAIL$/u);
    expect(lines[2]).toBe('bench total passed=1 failed=1');
    expect(status).toBe(1);
  });
});
