import { describe, expect, it } from 'vitest';
import { type Outcome, runCommand, type Runner } from '../command.ts';
import { exportOf } from '../source-export.ts';
import { temporaryFolder } from './temporary-folder.ts';

const files = {
  'audit/append.ts': "export const results = { append: true, 'append-many': true };",
  'audit/read.ts': 'export const results = { read: false, reread: true };',
  'chain/broken.ts': "throw new Error('cannot load\\nat all');",
  'chain/silent.ts': 'export const other = 1;',
};

function runnerOf(folder: string): Runner {
  const results = async (...[source]: Parameters<Runner['run']>) =>
    Object.entries((await exportOf(source, 'results')) as Readonly<Record<string, boolean>>);
  return {
    command: 'trial',
    about: 'Tries things.',
    folder,
    names: async (source) => (await results(source, [])).map(([name]) => name),
    async *run(source, names) {
      for (const [name, ok] of await results(source, names)) {
        if (!names.includes(name)) continue;
        yield { name, ok, fields: { tried: 1 }, ...(ok ? {} : { details: ['because'] }) } satisfies Outcome;
      }
    },
    totals: (outcomes) => ({ results: outcomes.length }),
  };
}

async function trial(argv: readonly string[], folder = temporaryFolder(files)) {
  const out: string[] = [];
  const error: string[] = [];
  const code = await runCommand(
    runnerOf(folder),
    argv,
    (line) => out.push(line),
    (line) => error.push(line),
  );
  return { code, out, error };
}

describe('a runner', () => {
  it('prints a line a result and a total, and exits with 0 when nothing missed', async () => {
    expect(await trial(['audit/append'])).toEqual({
      code: 0,
      out: ['trial audit/append tried=1', 'trial audit/append-many tried=1', 'trial total results=2'],
      error: [],
    });
  });

  it('exits with 1 when a result missed, with the reason below its line', async () => {
    const { code, out } = await trial(['audit/read']);
    expect(code).toBe(1);
    expect(out).toEqual([
      'trial audit/read tried=1',
      '  because',
      'trial audit/reread tried=1',
      'trial total results=2',
    ]);
  });

  it('selects single results by the beginning of their names', async () => {
    const { code, out } = await trial(['audit/rer']);
    expect(code).toBe(0);
    expect(out).toEqual(['trial audit/reread tried=1', 'trial total results=1']);
  });

  it('counts a file that does not load as a miss and goes on', async () => {
    const { code, out } = await trial(['chain']);
    expect(code).toBe(1);
    expect(out).toContain('trial chain/broken error="cannot load" FAIL');
    expect(out.find((line) => line.startsWith('trial chain/silent'))).toMatch(
      /must export `results`.* FAIL$/u,
    );
    expect(out.at(-1)).toBe('trial total results=2');
  });

  it('runs everything without a filter', async () => {
    const { code, out } = await trial([]);
    expect(code).toBe(1);
    expect(out.at(-1)).toBe('trial total results=6');
  });

  it('loads no library that the filter does not name', async () => {
    expect((await trial(['audit/append'])).out.join('\n')).not.toContain('chain');
  });

  it.each([
    [
      'audit/write',
      'trial: nothing matches; there is audit/append, audit/append-many, audit/read, audit/reread',
    ],
    ['threshold', 'trial: nothing matches; there is audit/append, audit/read, chain/broken, chain/silent'],
  ])('exits with 2 when %s matches nothing, and says what exists', async (filter, message) => {
    expect(await trial([filter])).toEqual({ code: 2, out: [], error: [message] });
  });

  it('exits with 2 where there is nothing to run at all', async () => {
    const folder = temporaryFolder({});
    expect(await trial([], folder)).toEqual({
      code: 2,
      out: [],
      error: [`trial: nothing matches; ${folder} holds nothing to run`],
    });
  });

  it.each([[['audit', 'chain']], [['--quick']], [['a/b/c']]])(
    'refuses the arguments %j and shows the usage',
    async (argv) => {
      const { code, out, error } = await trial(argv);
      expect(code).toBe(2);
      expect(out).toEqual([]);
      expect(error.join('\n')).toContain('npm run trial [-- [--list]');
    },
  );

  it('lists what would run without running it', async () => {
    const { code, out } = await trial(['--list', 'audit']);
    expect(code).toBe(0);
    expect(out).toEqual(['audit/append', 'audit/append-many', 'audit/read', 'audit/reread']);
  });

  it('prints its usage when asked', async () => {
    const { code, out } = await trial(['--help']);
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('Tries things.');
  });

  it('takes the files from another folder when told to', async () => {
    const other = temporaryFolder({ 'biscol/prove.ts': 'export const results = { prove: true };' });
    const { code, out } = await trial(['--folder', other]);
    expect(code).toBe(0);
    expect(out).toEqual(['trial biscol/prove tried=1', 'trial total results=1']);
  });
});
