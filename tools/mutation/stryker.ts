import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { endWithThisProcess } from '../services/end-with-process.ts';
import { copyLibrary } from './library-copy.ts';
import type { MutationSet } from './mutation-set.ts';

const CONDITIONS = ['@bitcoin-enterprise/source', 'node', 'import', 'module', 'default'];
const REPORT = 'mutation.json';
const SHOWN_OUTPUT = 4_000;

/** How Stryker's mutants end, of those that compile; https://stryker-mutator.io/docs/mutation-testing-elements/mutant-states-and-metrics/ */
type MutantStatus =
  'Killed' | 'Survived' | 'Timeout' | 'NoCoverage' | 'RuntimeError' | 'CompileError' | 'Ignored';

export interface Mutant {
  readonly status: MutantStatus;
  /** Such as `src/secret/secret-bytes.ts:12:5`. */
  readonly place: string;
  readonly mutator: string;
  readonly replacement: string;
}

interface StrykerReport {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly mutants: readonly {
          readonly status: MutantStatus;
          readonly mutatorName: string;
          readonly replacement?: string;
          readonly location: { readonly start: { readonly line: number; readonly column: number } };
        }[];
      }
    >
  >;
}

/**
 * Mutates a copy of the library and runs the tests of the set on every mutant that they reach.
 *
 * @throws Error with what Stryker said where it could not run, such as for a test that fails without any mutant
 */
export async function mutantsOf(libraryFolder: string, set: MutationSet): Promise<readonly Mutant[]> {
  using copy = copyLibrary(libraryFolder);
  const below = (pattern: string): string => `libs/${basename(libraryFolder)}/${pattern}`;
  writeFileSync(join(copy.folder, 'vitest.config.js'), vitestConfig(set.tests.map(below)));
  writeFileSync(join(copy.folder, 'stryker.json'), JSON.stringify(strykerOptions(set.sources.map(below))));
  await runStryker(copy);
  const report = JSON.parse(readFileSync(join(copy.folder, REPORT), 'utf8')) as StrykerReport;
  return Object.entries(report.files).flatMap(([file, { mutants }]) =>
    mutants.map(({ status, mutatorName, replacement = '', location: { start } }) => ({
      status,
      place: `${file.replace(below(''), '')}:${start.line}:${start.column}`,
      mutator: mutatorName,
      replacement: replacement.replaceAll(/\s+/gu, ' '),
    })),
  );
}

/** The configuration of the workspace has projects, reporters and downloads that no mutant needs. */
function vitestConfig(tests: readonly string[]): string {
  const config = {
    resolve: { conditions: CONDITIONS },
    ssr: { resolve: { conditions: CONDITIONS } },
    test: {
      include: tests,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      execArgv: [`--conditions=${CONDITIONS[0] ?? ''}`],
    },
  };
  return `export default ${JSON.stringify(config, null, 2)};\n`;
}

/** https://stryker-mutator.io/docs/stryker-js/configuration/ */
function strykerOptions(sources: readonly string[]): object {
  return {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'vitest.config.js', related: false, pool: 'threads' },
    mutate: sources,
    coverageAnalysis: 'perTest',
    concurrency: 2,
    timeoutMS: 10_000,
    // The folder is a copy already, and goes away with all that is written into it.
    inPlace: true,
    tempDirName: '.stryker-tmp',
    disableTypeChecks: false,
    reporters: ['json'],
    jsonReporter: { fileName: REPORT },
    thresholds: { break: null },
    allowConsoleColors: false,
  };
}

async function runStryker({ folder }: { readonly folder: string }): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(folder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js'), 'run', 'stryker.json'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } },
  );
  const release = endWithThisProcess({ endNow: () => child.kill() });
  let output = '';
  const keep = (text: string): void => {
    output = (output + text).slice(-SHOWN_OUTPUT);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (code !== 0) throw new Error(`Stryker ended with ${String(code)}\n${output.trim()}`);
  } finally {
    release();
  }
}
