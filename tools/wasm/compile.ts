import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/** What a compilation gives. */
export interface Compiled {
  readonly module: Uint8Array;
  /** SHA-256 of the module, in hexadecimal. */
  readonly digest: string;
}

/** 64 MiB: what the module can hold at most, whatever it is asked for. */
const MAXIMUM_PAGES = 1024;

const options = [
  ...['--runtime', 'stub', '--noAssert', '--use', 'abort='],
  ...['-O3', '--converge', '--maximumMemory', String(MAXIMUM_PAGES)],
];

/**
 * Compiles the AssemblyScript sources of a folder, of which `entry.ts` names the exports. The bytes depend on the sources,
 * the compiler and the options alone.
 *
 * @throws with what the compiler says
 */
export function compile(folder: string): Compiled {
  const temporary = mkdtempSync(join(tmpdir(), 'suite-wasm-'));
  try {
    const file = join(temporary, 'module.wasm');
    const compiler = require.resolve('assemblyscript/bin/asc.js');
    const { status, stderr } = spawnSync(
      process.execPath,
      [compiler, 'entry.ts', '--baseDir', folder, '--outFile', file, ...options],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the sources in ${folder} do not compile:\n${stderr}`);
    const module = new Uint8Array(readFileSync(file));
    return { module, digest: createHash('sha256').update(module).digest('hex') };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** A digest of all that a compilation depends on: the compiler's version, the options and the sources. */
export function inputDigest(folder: string): string {
  const { version } = require('assemblyscript/package.json') as { readonly version: string };
  const hash = createHash('sha256').update(JSON.stringify([version, options]));
  for (const name of sourcesIn(folder)) {
    hash.update(JSON.stringify([name, readFileSync(join(folder, name), 'utf8')]));
  }
  return hash.digest('hex');
}

/** The names of the AssemblyScript sources in a folder. */
export function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort();
}
