import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isExecutableFile } from './executable-file.ts';
import type { NpmRecipe } from './recipes.ts';

/** Where npm has put the program of a recipe, if a module at `from` (a file URL or path) can see the package. */
export async function findInNpm(recipe: NpmRecipe, from: string): Promise<string | undefined> {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const platformPackage = recipe.platformPackage(process.platform, architecture);
  try {
    const owner = createRequire(from).resolve(`${recipe.package}/package.json`);
    const platform = createRequire(owner).resolve(`${platformPackage}/package.json`);
    const command = join(dirname(platform), recipe.executable);
    return (await isExecutableFile(command)) ? command : undefined;
  } catch {
    return undefined;
  }
}
