import { resolve } from 'node:path';
import { commandInRoot } from './debian-root.ts';
import { findOnPath, isExecutableFile } from './executable-file.ts';
import { findInDebian } from './find-in-debian.ts';
import { findInNpm } from './npm-package.ts';
import { recipes, type DebianRecipe, type ServiceName } from './recipes.ts';
import { ServiceError } from './service-error.ts';

/** How to run a service: `command`, then `prefixArguments`, then the service's own arguments. */
export interface LocatedService {
  readonly command: string;
  readonly prefixArguments: readonly string[];
  readonly source: 'environment' | 'path' | 'npm' | 'cache' | 'debian';
}

/**
 * Finds a service, or gets it: the environment variable of its recipe, PATH, an npm package that is installed,
 * the cache folder, Debian's archive (unpacked into the cache folder; signatures verified; no root needed).
 *
 * @throws ServiceError `service-not-found` says in one line what to install; `service-not-executable` where the
 * environment variable is wrong; `download-failed` and `signature-refused` come from Debian's archive.
 */
export async function locate(
  service: ServiceName,
  o: { environment?: NodeJS.ProcessEnv } = {},
): Promise<LocatedService> {
  const environment = o.environment ?? process.env;
  const { environmentVariable, debian, npm, install } = recipes[service];
  const given = environment[environmentVariable];
  if (given) {
    if (await isExecutableFile(given))
      return { command: resolve(given), prefixArguments: [], source: 'environment' };
    throw new ServiceError(
      'service-not-executable',
      `${environmentVariable}=${given} is not a program to run`,
      {
        value: given,
        limit: 'an executable file',
      },
    );
  }
  const onPath = await findOnPath(service, environment.PATH);
  if (onPath !== undefined) return { command: resolve(onPath), prefixArguments: [], source: 'path' };
  if (npm !== undefined) {
    const command = await findInNpm(npm, import.meta.url);
    if (command !== undefined) return { command, prefixArguments: [], source: 'npm' };
  }
  const found =
    debian === undefined ? { lacks: 'recipe for it' } : await fromDebian(service, debian, environment);
  if ('command' in found) return found;
  throw new ServiceError(
    'service-not-found',
    `${service} not found and not available from Debian (this machine has no ${found.lacks}). ` +
      `Install ${install}, and set ${environmentVariable} to its path if it is not on PATH.`,
    { value: service, limit: `${environmentVariable}, PATH, the cache folder or Debian's archive` },
  );
}

async function fromDebian(
  service: ServiceName,
  recipe: DebianRecipe,
  environment: NodeJS.ProcessEnv,
): Promise<LocatedService | { lacks: string }> {
  const { environmentVariable, install } = recipes[service];
  return await findInDebian(service, recipe, {
    environment,
    advice: `install ${install}, and set ${environmentVariable} to its path`,
    find: async (folder, architecture, source) => {
      const command = await commandInRoot(folder, recipe, architecture);
      return command === undefined ? undefined : { ...command, source };
    },
    holds: recipe.executable,
  });
}
