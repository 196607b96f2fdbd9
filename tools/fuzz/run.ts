import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstLine, type Outcome, runCommand, type Source } from '@bitcoin-enterprise/tools/runner';
import { workspaceRoot } from '../check/workspace-command.ts';
import { endWithThisProcess } from '../services/end-with-process.ts';
import type { Finding, FuzzReport } from './finding.ts';
import { minimise } from './minimise.ts';
import { type FuzzOptions, OPTIONS_HELP, takeFuzzOptions } from './options.ts';
import { supervise } from './supervise.ts';

/** An input that takes longer than this is a finding. */
const INPUT_MS = 5_000;
/** Making an input that hangs smaller costs this for every attempt that hangs as well. */
const MINIMISE_MS = 1_000;
const MINIMISE_ATTEMPTS = 8;
const DETAIL_LINES = 8;

/** What all targets of one run share. */
interface Run extends FuzzOptions {
  /** For the files of the processes. */
  readonly folder: string;
}

async function* run(source: Source, o: Run): AsyncIterable<Outcome> {
  yield o.inputHex === undefined ? await runTarget(source, o) : await runInput(source, o.inputHex, o);
}

async function runTarget(source: Source, o: Run): Promise<Outcome> {
  const { folder, seed, limits } = o;
  const start = performance.now();
  const work = { kind: 'fuzz', limits } as const;
  const end = await supervise(source, { folder, seed, inputMs: INPUT_MS, work });
  const seconds = (performance.now() - start) / 1000;
  switch (end.type) {
    case 'report':
      return outcomeOf(source, end.report, seed, seconds);
    case 'lost': {
      const findings = [...end.soFar.findings, await smaller(source, end.finding, o)];
      return outcomeOf(source, { ...end.soFar, findings }, seed, seconds);
    }
    case 'failed':
    case 'replayed':
      throw failure(end);
  }
}

async function runInput(source: Source, inputHex: string, { folder, seed }: Run): Promise<Outcome> {
  const work = { kind: 'replay', inputHex } as const;
  const end = await supervise(source, { folder, seed, inputMs: INPUT_MS, work });
  if (end.type === 'failed' || end.type === 'report') throw failure(end);
  const result = end.type === 'lost' ? end.finding : end.result;
  const length = `${String(inputHex.length / 2)}B`;
  return typeof result === 'string'
    ? { name: source.name, ok: true, fields: { input: length, outcome: result }, verdict: 'PASS' }
    : {
        name: source.name,
        ok: false,
        fields: { input: length, outcome: result.kind },
        verdict: 'FAIL',
        details: result.detail.split('\n').slice(0, DETAIL_LINES),
      };
}

/** The smallest input for which the process is lost in the same way, within a few attempts. */
async function smaller(source: Source, finding: Finding, { folder, seed }: Run): Promise<Finding> {
  const isLost = async (candidate: Uint8Array): Promise<boolean> => {
    const work = { kind: 'replay', inputHex: Buffer.from(candidate).toString('hex') } as const;
    const end = await supervise(source, { folder, seed, inputMs: MINIMISE_MS, work });
    return end.type === 'lost' && end.finding.kind === finding.kind;
  };
  const smallest = await minimise(Buffer.from(finding.inputHex, 'hex'), isLost, MINIMISE_ATTEMPTS);
  return { ...finding, inputHex: Buffer.from(smallest).toString('hex') };
}

function outcomeOf(source: Source, report: FuzzReport, seed: number, seconds: number): Outcome {
  const { executions, accepted, corpus, reached, places, findings } = report;
  const ok = findings.length === 0;
  return {
    name: source.name,
    ok,
    fields: {
      execs: executions,
      accepted,
      corpus,
      coverage: `${String(reached)}/${String(places)}`,
      found: findings.length,
      seed,
      seconds: seconds.toFixed(1),
    },
    verdict: ok ? 'PASS' : 'FAIL',
    details: findings.flatMap((finding) => detailsOf(source, finding, { seed, executions })),
  };
}

function detailsOf(
  { library, name }: Source,
  { kind, detail, inputHex, foundLength }: Finding,
  { seed, executions }: { readonly seed: number; readonly executions: number },
): readonly string[] {
  const command = `npm run fuzz -- ${library}/${name} --seed ${String(seed)}`;
  return [
    ...`${kind}: ${detail}`.split('\n').slice(0, DETAIL_LINES),
    `input of ${String(inputHex.length / 2)} bytes, found with ${String(foundLength)}: ${inputHex}`,
    `again: ${command} --input ${inputHex === '' ? '""' : inputHex}`,
    `the whole run again: ${command} --execs ${String(executions)}`,
  ];
}

function failure(end: { readonly type: string; readonly stack?: string }): Error {
  const error = new Error(end.stack?.split('\n', 1)[0] ?? `the process answered with ${end.type}`);
  if (end.stack !== undefined) error.stack = end.stack;
  return error;
}

async function main(): Promise<number> {
  let taken: ReturnType<typeof takeFuzzOptions>;
  try {
    taken = takeFuzzOptions(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(`${firstLine(error)}\n\n${OPTIONS_HELP}`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'suite-fuzz-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  const release = endWithThisProcess({ endNow: remove });
  try {
    return await runFuzzers({ ...taken.options, folder }, taken.rest);
  } finally {
    release();
    remove();
  }
}

function runFuzzers(o: Run, argv: readonly string[]): Promise<number> {
  return runCommand(
    {
      command: 'fuzz',
      about: `Looks for inputs that decoders neither decode nor refuse, guided by what each input reaches.\n\n${OPTIONS_HELP}`,
      folder: join(workspaceRoot, 'test', 'fuzz'),
      run: (source) => run(source, o),
      totals: (outcomes) => ({
        targets: outcomes.length,
        execs: outcomes.reduce((sum, { fields }) => sum + Number(fields.execs ?? 0), 0),
        failed: outcomes.filter(({ ok }) => !ok).length,
      }),
    },
    argv,
  );
}

process.exitCode = await main();
