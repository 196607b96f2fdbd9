import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFaultingFiles, FaultControl, type FileFault } from '../faulting-files.ts';

const root = mkdtempSync(join(tmpdir(), 'faulting-files-test-'));
let library = '';

beforeAll(async () => {
  library = await buildFaultingFiles(root);
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

interface Run {
  readonly folder: string;
  readonly stdout: string;
  readonly signal: string | null;
  readonly fired: boolean;
  readonly counts: ReturnType<FaultControl['counts']>;
}

/** Runs a program whose files in `folder` fail; `old` is there before, with `before` in it. */
function run(program: string, fault?: Partial<FileFault>): Run {
  const place = mkdtempSync(join(root, 'run-'));
  const folder = join(place, 'files');
  mkdirSync(folder);
  writeFileSync(join(folder, 'old'), 'before');
  using control = FaultControl.create(join(place, 'control'));
  if (fault !== undefined) control.arm({ kind: 'write', at: 1, action: 'eio', seed: 0, ...fault });
  const script = `
    const fs = require('node:fs');
    const folder = ${JSON.stringify(folder)};
    const path = (name) => folder + '/' + name;
    const codeOf = (act) => { try { return act() } catch (error) { return error.code } };
    const syncFolder = () => { const file = fs.openSync(folder, 'r'); fs.fsyncSync(file); fs.closeSync(file) };
    const file = fs.openSync(path('old'), 'r+');
    ${program}`;
  const { stdout, signal } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: { ...process.env, ...control.environment(library, folder) },
  });
  return { folder, stdout: stdout.trim(), signal, fired: control.fired, counts: control.counts() };
}

function textOf({ folder }: Run, name = 'old'): string {
  return readFileSync(join(folder, name), 'utf8');
}

describe('a process with faulting files', () => {
  it('has its calls counted, and those of other folders not', () => {
    const result = run(`
      fs.writeSync(file, 'ab', 0); fs.fdatasyncSync(file); fs.fsyncSync(file); fs.ftruncateSync(file, 1);
      fs.readSync(file, Buffer.alloc(1), 0, 1, 0);
      fs.linkSync(path('old'), path('new')); fs.unlinkSync(path('new'));
      fs.writeFileSync(folder + '.elsewhere', 'x');`);
    expect(result.counts).toEqual({ open: 1, read: 1, write: 1, sync: 2, truncate: 1, name: 2 });
    expect(result.fired).toBe(false);
  });

  it.each([
    ['eio', 'EIO,ok,ok'],
    ['enospc', 'ENOSPC,ok,ok'],
    ['eio-lasting', 'EIO,EIO,EIO'],
    ['enospc-lasting', 'ENOSPC,ENOSPC,ENOSPC'],
  ] as const)('meets %s at the call that was armed', (action, codes) => {
    const write = "codeOf(() => { fs.writeSync(file, 'x', 0); return 'ok' })";
    const result = run(`${write}; console.log([${write}, ${write}, ${write}].join())`, { action, at: 2 });
    expect(result).toMatchObject({ stdout: codes, fired: true, signal: null });
  });

  it('has half of a short write done, so that the rest takes another call', () => {
    const result = run("fs.writeSync(file, 'AFTER!', 0)", { action: 'short' });
    expect([result.counts.write, textOf(result)]).toEqual([2, 'AFTER!']);
  });

  it('is killed before or after a call', () => {
    const write = "fs.writeSync(file, 'AFTER!', 0)";
    const [before, after] = [run(write, { action: 'kill-before' }), run(write, { action: 'kill-after' })];
    expect([before.signal, textOf(before)]).toEqual(['SIGKILL', 'before']);
    expect([after.signal, textOf(after)]).toEqual(['SIGKILL', 'AFTER!']);
  });
});

describe('a loss of power', () => {
  const off = "fs.openSync(path('power-off'), 'r')";

  it('takes what was written and not synced, and the growth of a file', () => {
    const result = run(`fs.writeSync(file, 'AF', 0); fs.fdatasyncSync(file);
      fs.writeSync(file, 'TER and more', 2); fs.ftruncateSync(file, 9); ${off}`);
    expect([result.signal, textOf(result)]).toEqual(['SIGKILL', 'AFfore']);
  });

  it('takes names that were made, and gives back those that were removed, unless the folder was synced', () => {
    const change =
      "fs.writeFileSync(path('new'), 'x'); fs.linkSync(path('old'), path('other')); fs.unlinkSync(path('old'))";
    const lost = run(`${change}; ${off}`);
    expect(['old', 'new', 'other'].filter((name) => existsSync(join(lost.folder, name)))).toEqual(['old']);
    const kept = run(`${change}; syncFolder(); ${off}`);
    expect(['old', 'new', 'other'].filter((name) => existsSync(join(kept.folder, name)))).toEqual([
      'new',
      'other',
    ]);
  });

  it('takes what a sync that failed was to write, although a later sync succeeds', () => {
    const program = `fs.writeSync(file, 'AF', 0); codeOf(() => fs.fdatasyncSync(file));
      fs.writeSync(file, 'RE', 4); fs.fdatasyncSync(file); ${off}`;
    expect(textOf(run(program, { kind: 'sync', action: 'eio' }))).toBe('befoRE');
    expect(textOf(run(program))).toBe('AFfoRE');
  });

  it('takes some writes, keeps others and tears one at a sector, as the seed has it', () => {
    const writes = Array.from(
      { length: 8 },
      (_, place) => `fs.writeSync(file, Buffer.alloc(2048, 65 + ${place}), 0, 2048, ${place * 2048})`,
    );
    const program = `${writes.join(';')}; fs.fsyncSync(codeOf(() => file))`;
    const outcomes = [11, 12, 13, 14].map((seed) => {
      const result = run(program, { kind: 'sync', action: 'power-before', seed });
      return (
        textOf(result)
          .padEnd(8 * 2048, '\0')
          .match(/[^]{512}/g)
          ?.map((sector) => new Set(sector).size) ?? []
      );
    });
    // Within a sector there is one write or none, except where the first one lay over the old text.
    for (const sectors of outcomes) expect(sectors.slice(1).every((kinds) => kinds === 1)).toBe(true);
    const texts = [11, 12, 11].map((seed) =>
      textOf(run(program, { kind: 'sync', action: 'power-before', seed })),
    );
    expect(texts[0]).toBe(texts[2]);
    expect(texts[0]).not.toBe(texts[1]);
  });
});
