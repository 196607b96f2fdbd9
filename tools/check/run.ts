import { parseArgs } from 'node:util';
import { type Check, type Finding, findingOf } from './check.ts';
import { libraryPackageProblems } from './library-packages.ts';
import { modelFinding } from './model.ts';
import { packageShapeProblems } from './package-shape.ts';
import { readmeShapeProblems } from './readme-shape.ts';
import { typecheck } from './typecheck.ts';
import { wasmProblems } from './wasm.ts';
import { wordProblems } from './words.ts';
import { commandFinding, workspaceRoot } from './workspace-command.ts';

const checks: readonly Check[] = [
  { name: 'typecheck', about: 'tsc over every library, the tools and the tests', run: typecheck },
  {
    name: 'lint',
    about: 'ESLint, where a warning counts',
    run: () => commandFinding('eslint', '--max-warnings', '0', '.'),
  },
  {
    name: 'format',
    about: 'Prettier',
    run: () => commandFinding('prettier', '--check', '--log-level', 'warn', '.'),
  },
  {
    name: 'boundaries',
    about: 'the floors, cycles, deep imports and undeclared dependencies',
    run: () => commandFinding('depcruise', '--config', '.dependency-cruiser.cjs', 'libs', 'tools', 'test'),
  },
  {
    name: 'package-shape',
    about: 'one shape of package.json for every library, one version of every dependency',
    run: () => Promise.resolve(findingOf(packageShapeProblems(workspaceRoot))),
  },
  {
    name: 'readme-shape',
    about: 'the same sections in the README of every library',
    run: () => Promise.resolve(findingOf(readmeShapeProblems(workspaceRoot))),
  },
  {
    name: 'unused',
    about: 'knip: files, exports and dependencies that nothing uses',
    run: () => commandFinding('knip'),
  },
  {
    name: 'wasm',
    about: 'the WebAssembly module compiles to the committed digest, twice, in fresh folders',
    run: () => Promise.resolve(findingOf(wasmProblems())),
  },
  {
    name: 'model',
    about: 'the protocol of the audit log, every state of it, and that the model finds deliberate faults',
    run: modelFinding,
  },
  {
    name: 'build',
    about: 'every library, in the order of its floors',
    run: () => commandFinding('nx', 'run-many', '-t', 'build', '--outputStyle=static'),
  },
  {
    name: 'packages',
    about: 'the packed tarballs: publint, attw, and an install into an empty project',
    run: async () => findingOf(await libraryPackageProblems()),
  },
  { name: 'docs', about: 'the API reference, without a warning', run: () => commandFinding('typedoc') },
  {
    name: 'words',
    about: 'no tracked file names a machine or a registry',
    run: async () => findingOf(await wordProblems(workspaceRoot)),
  },
];

const usage = `npm run check [-- [--list] [<check>]]

Examines the workspace, a line a check.

${checks.map(({ name, about }) => `  ${name.padEnd(16)}${about}`).join('\n')}

Exit code: 0, or 1 when a check failed, or 2 when there is no such check.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' }, list: { type: 'boolean' } },
  });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const selected = checks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const unknown = positionals.filter((name) => checks.every((check) => check.name !== name));
  if (unknown.length > 0) {
    console.error(
      `check: there is no ${unknown.join(', ')}; there is ${checks.map(({ name }) => name).join(', ')}`,
    );
    return 2;
  }
  if (values.list === true) {
    for (const { name } of selected) console.log(name);
    return 0;
  }

  const start = performance.now();
  let failed = 0;
  for (const check of selected) {
    const began = performance.now();
    const { ok, output, measured } = await findingOfRun(check);
    const told = measured === undefined ? '' : ` (${measured})`;
    console.log(`check ${check.name} ${ok ? 'PASS' : 'FAIL'} ${secondsSince(began)}${told}`);
    if (ok) continue;
    failed += 1;
    console.log(output.replaceAll(/^/gmu, '  '));
  }
  console.log(
    `check total passed=${String(selected.length - failed)} failed=${String(failed)} ${secondsSince(start)}`,
  );
  return failed === 0 ? 0 : 1;
}

async function findingOfRun(check: Check): Promise<Finding> {
  try {
    return await check.run();
  } catch (error) {
    return { ok: false, output: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

process.exitCode = await main();
