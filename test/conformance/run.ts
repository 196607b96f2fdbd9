import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  exportOf,
  type Fields,
  firstLine,
  type Outcome,
  runCommand,
  type Source,
} from '@bitcoin-enterprise/tools/runner';
import type { ConformanceSuite } from './suite.ts';

const projectRoot = join(import.meta.dirname, '..', '..');
const vectorsFolder = resolve(projectRoot, process.env.VECTORS_DIR ?? '../shared/vectors');
const failuresShown = 5;

async function* run(source: Source): AsyncIterable<Outcome> {
  const suite = (await exportOf(source, 'suite')) as ConformanceSuite;
  const { texts, absent } = await readVectors(suite.files);
  yield absent.length > 0
    ? {
        name: source.name,
        ok: true,
        fields: {
          passed: 0,
          failed: 0,
          skipped: 'all',
          source: suite.source,
          reason: `no ${absent.join(', ')}`,
        },
      }
    : await runCases(source.name, suite, texts);
}

async function readVectors(
  files: readonly string[],
): Promise<{ texts: ReadonlyMap<string, string>; absent: readonly string[] }> {
  const texts = new Map<string, string>();
  const absent: string[] = [];
  for (const file of files) {
    try {
      texts.set(file, await readFile(join(vectorsFolder, file), 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      absent.push(file);
    }
  }
  return { texts, absent };
}

async function runCases(
  name: string,
  suite: ConformanceSuite,
  texts: ReadonlyMap<string, string>,
): Promise<Outcome> {
  let passed = 0;
  const failures: string[] = [];
  const skips = new Map<string, number>();
  for (const one of suite.cases(texts)) {
    if ('skip' in one) {
      skips.set(one.skip, (skips.get(one.skip) ?? 0) + 1);
      continue;
    }
    try {
      await one.run();
      passed += 1;
    } catch (error) {
      failures.push(`failed ${one.name}: ${firstLine(error)}`);
    }
  }
  const skipped = [...skips.values()].reduce((sum, count) => sum + count, 0);
  // A suite that reads its vectors wrongly finds no cases, and must not look as if it had agreed with them.
  if (passed + failures.length + skipped === 0) failures.push('failed: the suite found no case in its files');
  const hidden = failures.length - failuresShown;
  return {
    name,
    ok: failures.length === 0,
    fields: { passed, failed: failures.length, skipped, source: suite.source },
    details: [
      ...failures.slice(0, failuresShown),
      ...(hidden > 0 ? [`and ${String(hidden)} more failed`] : []),
      ...[...skips].map(([reason, count]) => `skipped ${String(count)}: ${reason}`),
    ],
  };
}

function totals(outcomes: readonly Outcome[]): Fields {
  const sum = (field: string): number =>
    outcomes.reduce((total, { fields }) => total + (Number(fields[field] ?? 0) || 0), 0);
  const broken = outcomes.filter(({ fields }) => fields.error !== undefined).length;
  return {
    suites: outcomes.length,
    passed: sum('passed'),
    failed: sum('failed') + broken,
    skipped: sum('skipped'),
    'suites-skipped': outcomes.filter(({ fields }) => fields.skipped === 'all').length,
  };
}

process.exitCode = await runCommand(
  {
    command: 'conformance',
    about: `Runs the libraries against the published test vectors in VECTORS_DIR (now ${vectorsFolder}).`,
    folder: import.meta.dirname,
    run,
    totals,
  },
  process.argv.slice(2),
);
