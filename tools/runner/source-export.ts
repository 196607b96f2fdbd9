import { pathToFileURL } from 'node:url';
import type { Source } from './discovery.ts';

/** Loads a source and gives what it exports under `name`; throws an error that says what a source must export. */
export async function exportOf(source: Source, name: string): Promise<unknown> {
  const loaded = (await import(pathToFileURL(source.path).href)) as Readonly<Record<string, unknown>>;
  if (loaded[name] === undefined) {
    throw new Error(
      `${source.library}/${source.name}.ts must export \`${name}\`; a file that only helps belongs in a folder below`,
    );
  }
  return loaded[name];
}
