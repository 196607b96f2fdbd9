import { join } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * The examination of anchors as one script for a browser, which declares `anchors`. Fails where anything is imported that a
 * browser does not have.
 */
export function anchorScriptForPages(): Promise<string> {
  return scriptOf(join(import.meta.dirname, 'anchor-page.ts'));
}

/** A module and everything that it imports as one script. */
export async function scriptOf(input: string): Promise<string> {
  const bundle = await rolldown({
    input,
    platform: 'browser',
    external: [],
    resolve: { conditionNames: ['@bitcoin-enterprise/source', 'browser', 'import', 'default'] },
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'anchors', minify: true });
  await bundle.close();
  const [chunk, ...more] = output;
  if (more.length > 0) throw new Error('more than one script');
  return chunk.code;
}
