import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInstrumenter } from 'istanbul-lib-instrument';
import { COUNTERS_NAME } from './counters.ts';

/** The source of a library: a TypeScript file under a folder `src` that is not a dependency's. */
const LIBRARY_SOURCE = /^file:(?!.*\/node_modules\/).*\/src\/.*\.ts$/u;

/**
 * From now on every library source that is loaded counts how often each of its statements, functions and branches is
 * passed. What it is called from, its dependencies and the target itself count nothing.
 *
 * @param cache a folder for what was instrumented: that takes longer than to load it all, and every target needs it
 */
export function instrumentLibraries(cache: string): void {
  mkdirSync(cache, { recursive: true });
  const instrumenter = createInstrumenter({
    coverageVariable: COUNTERS_NAME,
    esModules: true,
    produceSourceMap: true,
    parserPlugins: ['explicitResourceManagement', 'importMeta', 'topLevelAwait'],
  });
  const instrument = (path: string, typescript: string): string => {
    // Stripping leaves every line and column where it was, so that the map leads back to the TypeScript.
    const counted = instrumenter.instrumentSync(stripTypeScriptTypes(typescript), path);
    const map = Buffer.from(JSON.stringify(instrumenter.lastSourceMap())).toString('base64');
    return `${counted}\n//# sourceMappingURL=data:application/json;base64,${map}`;
  };
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!LIBRARY_SOURCE.test(url) || loaded.source === undefined) return loaded;
      const path = fileURLToPath(url);
      const typescript = sourceText(loaded.source);
      const cached = join(cache, `${createHash('sha256').update(`${path}\n${typescript}`).digest('hex')}.js`);
      if (!existsSync(cached)) writeFileSync(cached, instrument(path, typescript));
      return { format: 'module', source: readFileSync(cached, 'utf8'), shortCircuit: true };
    },
  });
}

function sourceText(source: string | ArrayBuffer | NodeJS.TypedArray): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}
