import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(import.meta.dirname, 'opponents', 'package.json'));

/**
 * Loads an opponent from `tools/bench/opponents`, which the runner installs for benchmarks with `needsOpponents`.
 *
 * @param name - as a benchmark would import it, such as `boltz-core`
 * @returns its exports, whose types the benchmark declares as far as it uses them
 */
export async function opponent(name: string): Promise<unknown> {
  return import(pathToFileURL(require.resolve(name)).href);
}
