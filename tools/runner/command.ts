import { resolve } from 'node:path';
import { type CommandLine, parseCommandLine, usage } from './command-line.ts';
import { discover, type Source } from './discovery.ts';
import { candidates, select } from './filter.ts';
import { type Fields, resultLine } from './result-line.ts';

/** One result: a line of its own, and below it what a reader of a miss needs. */
export interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly fields: Fields;
  readonly verdict?: 'PASS' | 'FAIL';
  readonly details?: readonly string[];
}

/** What one runner (`bench`, `conformance`, `faults`) adds to the manner that all of them share. */
export interface Runner {
  readonly command: string;
  /** What it runs, in one sentence, for `--help`. */
  readonly about: string;
  /** Where the sources are: `<folder>/<library>/<name>.ts`. */
  readonly folder: string;
  /** The names inside one source; without it a source holds one thing, named like the file. */
  names?(source: Source): Promise<readonly string[]>;
  run(source: Source, names: readonly string[]): AsyncIterable<Outcome>;
  /** The fields of the closing `total` line. */
  totals(outcomes: readonly Outcome[]): Fields;
}

type Print = (line: string) => void;

/**
 * Runs a runner's command line and resolves to the exit code: 0, or 1 when a result missed, or 2 when the arguments
 * are not understood or select nothing. Every result is printed the moment that it is known.
 */
export async function runCommand(
  runner: Runner,
  argv: readonly string[],
  print: Print = console.log,
  printError: Print = console.error,
): Promise<number> {
  let asked: CommandLine;
  try {
    asked = parseCommandLine(argv);
  } catch (error) {
    printError(`${firstLine(error)}\n\n${usage(runner.command, runner.about)}`);
    return 2;
  }
  if (asked.help) {
    print(usage(runner.command, runner.about));
    return 0;
  }

  const folder = asked.folder === undefined ? runner.folder : resolve(asked.folder);
  const sources = await discover(folder);
  const outcomes: Outcome[] = [];
  const existing: string[] = [];
  let listed = 0;
  for (const source of candidates(sources, asked.filter)) {
    const report = (outcome: Outcome): void => {
      outcomes.push(outcome);
      print(resultLine(runner.command, subjectOf(source, outcome.name), outcome.fields, outcome.verdict));
      for (const line of outcome.details ?? []) print(`  ${line}`);
    };
    try {
      const held = (await runner.names?.(source)) ?? [source.name];
      existing.push(...held.map((name) => subjectOf(source, name)));
      const names = select(source, held, asked.filter);
      if (asked.list) {
        listed += names.length;
        for (const name of names) print(subjectOf(source, name));
      } else if (names.length > 0) {
        for await (const outcome of runner.run(source, names)) report(outcome);
      }
    } catch (error) {
      report(failure(source.name, error));
    }
  }

  if (outcomes.length + listed === 0) {
    if (existing.length === 0) existing.push(...sources.map((source) => subjectOf(source, source.name)));
    const known =
      existing.length === 0 ? `${folder} holds nothing to run` : `there is ${existing.join(', ')}`;
    printError(`${runner.command}: nothing matches; ${known}`);
    return 2;
  }
  if (!asked.list) print(resultLine(runner.command, 'total', runner.totals(outcomes)));
  return outcomes.every(({ ok }) => ok) ? 0 : 1;
}

/** The first line of what was thrown, for a place that has room for one. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}

function subjectOf(source: Source, name: string): string {
  return `${source.library}/${name}`;
}

function failure(name: string, error: unknown): Outcome {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { name, ok: false, fields: { error: firstLine(error) }, verdict: 'FAIL', details: text.split('\n') };
}
