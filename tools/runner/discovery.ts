import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One file that a runner can run: `<folder>/<library>/<name>.ts`. */
export interface Source {
  readonly library: string;
  readonly name: string;
  readonly path: string;
}

const notLibraries: ReadonlySet<string> = new Set(['node_modules', 'opponents', 'test']);

/**
 * Every source under `folder`, ordered by library and name. A file deeper than `<library>/` belongs to the file
 * beside its folder and is not a source of its own. A folder that does not exist holds nothing.
 */
export async function discover(folder: string): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const library of await entriesOf(folder)) {
    if (!library.isDirectory() || notLibraries.has(library.name) || library.name.startsWith('.')) continue;
    for (const file of await entriesOf(join(folder, library.name))) {
      if (!file.isFile() || !file.name.endsWith('.ts') || file.name.endsWith('.d.ts')) continue;
      const name = file.name.slice(0, -'.ts'.length);
      sources.push({ library: library.name, name, path: join(folder, library.name, file.name) });
    }
  }
  return sources;
}

async function entriesOf(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
