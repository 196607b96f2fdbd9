import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCommandIn, workspaceRoot } from '../../check/workspace-command.ts';
import { temporaryFolder } from '../../runner/test/temporary-folder.ts';

const refusal = `
  export class Refusal extends Error {}
  export const isRefusal = (error: unknown): boolean => error instanceof Refusal;`;

/** Three comparisons, each of a byte that only counts once the one before it is right. */
const nested = `${refusal}
  export function decode(bytes: Uint8Array): number {
    if (bytes.length !== 8) throw new Refusal('length');
    if (bytes[1] === 0x7b) {
      if (bytes[4] === 0xc3) {
        if (bytes[6] === 0x19) throw new TypeError('planted');
      }
    }
    return bytes.length;
  }`;

/** The same in one comparison: no input is nearer to it than another, so that only chance can find it. */
const flat = `${refusal}
  export function decode(bytes: Uint8Array): number {
    if (bytes.length !== 8) throw new Refusal('length');
    const [, second = 0, , , fifth = 0, , seventh = 0] = bytes;
    if (((second ^ 0x7b) | (fifth ^ 0xc3) | (seventh ^ 0x19)) === 0) throw new TypeError('planted');
    return bytes.length;
  }`;

const doing = (what: string) => `${refusal}
  export function decode(bytes: Uint8Array): unknown {
    if (bytes[0] === 0x41) { if (bytes[1] === 0x42) { ${what} } }
    return bytes.length;
  }`;

const target = (rest = '', seeds = '[new Uint8Array(8)]') => `
  import { decode, isRefusal } from './src/decoder.ts';
  export const target = { seeds: ${seeds}, maxLength: 8, decode, isRefusal, ${rest} };`;

/** Starts \`npm run fuzz\` on one target, whose library source is instrumented like one of the suite. */
async function fuzz(decoder: string, targetText: string, ...argv: readonly string[]) {
  const folder = temporaryFolder({
    'package.json': '{"type":"module"}',
    'toy/src/decoder.ts': decoder,
    'toy/one.ts': targetText,
  });
  const { status, stdout, stderr } = await runCommandIn(
    workspaceRoot,
    'node',
    '--conditions=@bitcoin-enterprise/source',
    ...[join(workspaceRoot, 'tools', 'fuzz', 'run.ts'), '--folder', folder, ...argv],
  );
  return { status, text: stdout, lines: stdout.trimEnd().split('\n'), stderr };
}

// Each test starts processes that load what they instrument first.
describe('npm run fuzz', { timeout: 240_000 }, () => {
  it('finds a bug behind three nested comparisons, makes its input small and tells how to see it again', async () => {
    const { status, lines } = await fuzz(nested, target(), '--execs', '150000', '--seed', '5');
    expect(lines[0]).toMatch(
      /^fuzz toy\/one execs=150000 accepted=\d+ corpus=\d+ coverage=\d+\/\d+ found=1 seed=5 seconds=\S+ FAIL$/u,
    );
    expect(lines[1]).toBe('  unexpected-error: TypeError: planted');
    expect(lines[2]).toMatch(/toy\/src\/decoder\.ts:8:/u);
    expect(lines).toContain('  input of 8 bytes, found with 8: 007b0000c3001900');
    expect(lines).toContain('  again: npm run fuzz -- toy/one --seed 5 --input 007b0000c3001900');
    expect(lines.at(-1)).toBe('fuzz total targets=1 execs=150000 failed=1');
    expect(status).toBe(1);
  });

  it('would not find it without being guided by what each input reaches', async () => {
    const { status, lines } = await fuzz(flat, target(), '--execs', '150000', '--seed', '5');
    expect(lines[0]).toContain(' found=0 ');
    expect(status).toBe(0);
  });

  it('does the same in every run with one seed, whatever the target makes at random', async () => {
    const random = `
      import { randomBytes } from 'node:crypto';
      import { decode, isRefusal } from './src/decoder.ts';
      export const target = { seeds: [new Uint8Array(randomBytes(8))], maxLength: 8, decode, isRefusal };`;
    const withoutTime = async (seed: string) => {
      const { lines } = await fuzz(nested, random, '--execs', '20000', '--seed', seed);
      return lines[0]?.replace(/seconds=\S+/u, '');
    };
    const first = await withoutTime('7');
    expect(first).toContain('execs=20000');
    expect(await withoutTime('7')).toBe(first);
    expect(await withoutTime('8')).not.toBe(first?.replace('seed=7', 'seed=8'));
  });

  it('finds a property that what was decoded breaks, in an asynchronous decoder as well', async () => {
    const decoder = doing('return Promise.resolve(-1);');
    const check = "check: (length) => { if (length < 0) throw new Error('negative length'); }";
    const { status, lines } = await fuzz(decoder, target(check), '--execs', '20000');
    expect(lines[1]).toBe('  property: Error: negative length');
    expect(lines.find((line) => line.includes('input of'))).toMatch(
      /input of 2 bytes, found with \d: 4142$/u,
    );
    expect(status).toBe(1);
  });

  it('ends a decoder that does not end, and makes its input small', async () => {
    const { status, lines } = await fuzz(doing('for (;;);'), target(), '--execs', '20000');
    expect(lines[0]).toMatch(/ found=1 .* FAIL$/u);
    expect(lines[1]).toBe('  hang: the input was not done within 5000 ms');
    expect(lines[2]).toMatch(/input of 2 bytes, found with \d: 4142$/u);
    expect(status).toBe(1);
  });

  it('ends a decoder whose promise is never settled', async () => {
    const { lines } = await fuzz(doing('return new Promise(() => {});'), target(), '--execs', '20000');
    expect(lines[1]).toBe('  hang: the input was not done within 5000 ms');
  });

  it('keeps the input that ended the process', async () => {
    const { lines } = await fuzz(
      doing("console.error('gone'); process.exit(3);"),
      target(),
      '--execs',
      '20000',
    );
    expect(lines[1]).toBe('  crash: the process ended with exit code 3');
    expect(lines[2]).toBe('  gone');
    expect(lines[3]).toMatch(/input of 2 bytes, found with \d: 4142$/u);
  });

  it('finds memory that grows over a run, and memory that one input takes', async () => {
    const leak = doing(
      '(globalThis as { held?: unknown[] }).held = [...((globalThis as { held?: unknown[] }).held ?? []), new Uint8Array(2 ** 22).fill(1)];',
    );
    const leaking = await fuzz(leak, target(), '--execs', '20000');
    expect(leaking.lines[1]).toMatch(/^ {2}memory: \d+ MiB more in use than at the start; limit: 256 MiB$/u);
    const greedy = await fuzz(doing('return new Uint8Array(2 ** 29).fill(1);'), target(), '--execs', '20000');
    expect(greedy.lines[1]).toMatch(/^ {2}memory: 512 MiB for one input; limit: 256 MiB$/u);
  });

  it('fails a target whose seed is refused, for it would only look as if it fuzzed', async () => {
    const { status, lines } = await fuzz(
      nested,
      target('', '[new Uint8Array(8), new Uint8Array(7)]'),
      '--execs',
      '10',
    );
    expect(lines[0]).toBe('fuzz toy/one error="Error: seed 1 of the target is refused" FAIL');
    expect(status).toBe(1);
  });

  it('fails a target that does not load', async () => {
    const { status, lines } = await fuzz(nested, "throw new Error('not loaded');");
    expect(lines[0]).toBe('fuzz toy/one error="Error: not loaded" FAIL');
    expect(status).toBe(1);
  });

  it.each([
    ['007b0000c3001900', 'fuzz toy/one input=8B outcome=unexpected-error FAIL', 1],
    ['0000000000000000', 'fuzz toy/one input=8B outcome=accepted PASS', 0],
    ['00', 'fuzz toy/one input=1B outcome=refused PASS', 0],
  ])('runs the one input %s alone', async (input, line, code) => {
    const { status, lines } = await fuzz(nested, target(), '--input', input);
    expect(lines[0]).toBe(line);
    expect(status).toBe(code);
  });

  it('tells of its options, and refuses what they do not take', async () => {
    expect((await fuzz(nested, target(), '--help')).text).toContain('--execs <n>');
    const { status, stderr } = await fuzz(nested, target(), '--seconds', 'soon');
    expect(stderr).toContain('--seconds takes a number, not "soon"');
    expect(status).toBe(2);
  });

  it('leaves no file behind', async () => {
    const folder = temporaryFolder({});
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const left = async (decoder: string) => {
      const { lines } = await fuzz(decoder, target(), '--execs', '20000');
      return {
        found: lines[0]?.includes('found=1'),
        entries: readdirSync(folder).filter((name) => name.startsWith('suite-fuzz-')),
      };
    };
    expect(await left(doing('process.exit(3);'))).toEqual({ found: true, entries: [] });
    expect(await left(doing('throw new Error();'))).toEqual({ found: true, entries: [] });
  });
});
