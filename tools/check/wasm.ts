import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, sourcesIn } from '../wasm/compile.ts';
import { committedDigest, sourceFolder } from '../wasm/generate.ts';

/** Whether the WebAssembly module compiles, in two fresh folders, to the very bytes whose digest is committed. */
export function wasmProblems(): readonly string[] {
  const wanted = committedDigest();
  const problems: string[] = [];
  for (const name of ['first', 'second']) {
    const digest = digestInFreshFolder(name);
    if (digest !== wanted) {
      problems.push(`the ${name} compilation gives ${digest}, and module.sha256 says ${wanted}`);
    }
  }
  return problems;
}

function digestInFreshFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `suite-wasm-${name}-`));
  try {
    for (const source of sourcesIn(sourceFolder))
      copyFileSync(join(sourceFolder, source), join(folder, source));
    return compile(folder).digest;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
