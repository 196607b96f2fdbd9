import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Loads a source file of a library that the exports of its package do not name. Users reach the decoders there only
 * through work that takes milliseconds or through checks that stop nearly every altered input; a fuzzer has to meet them
 * alone. What the file exports is for the caller to state.
 */
export async function behindExports(library: string, file: string): Promise<unknown> {
  const path = join(import.meta.dirname, '..', '..', 'libs', library, 'src', file);
  return (await import(pathToFileURL(path).href)) as unknown;
}
