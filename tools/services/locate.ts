import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { cacheFolder, fillFolder } from './cache-folder.ts';
import { debianArchitecture } from './debian-architecture.ts';
import { commandInRoot, fillDebianRoot } from './debian-root.ts';
import { findDebianTools } from './debian-tools.ts';
import { findOnPath, isExecutableFile } from './executable-file.ts';
import { findInNpm } from './npm-package.ts';
import { recipes, type DebianRecipe, type ServiceName } from './recipes.ts';
import { isServiceError, ServiceError } from './service-error.ts';

/** How to run a service: `command`, then `prefixArguments`, then the service's own arguments. */
export interface LocatedService {
  readonly command: string;
  readonly prefixArguments: readonly string[];
  readonly source: 'environment' | 'path' | 'npm' | 'cache' | 'debian';
}

const inProgress = new Map<string, Promise<LocatedService>>();

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
  const architecture = process.platform === 'linux' ? debianArchitecture(process.arch) : undefined;
  if (architecture === undefined) return { lacks: `Debian packages for ${process.platform} ${process.arch}` };
  const folder = cacheFolder(service, { recipe, architecture }, environment);
  const cached = await commandInRoot(folder, recipe, architecture);
  if (cached !== undefined) return { ...cached, source: 'cache' };
  const tools = await findDebianTools(environment);
  if ('lacks' in tools) return tools;

  const fetch = async (): Promise<LocatedService> => {
    const onSize = (size: string): void => void process.stderr.write(`Fetching ${service} … ${size}\n`);
    // What is there but cannot be run was damaged, and would stand in the way of a whole one.
    await rm(folder, { recursive: true, force: true });
    try {
      await fillFolder(folder, (partial) => fillDebianRoot(partial, { recipe, architecture, tools, onSize }));
    } catch (error) {
      if (!isServiceError(error)) throw error;
      const { code, value, limit } = error;
      throw new ServiceError(
        code,
        `${service} could not be fetched from Debian's archive: ${error.message}. ` +
          `Or install ${recipes[service].install}, and set ${recipes[service].environmentVariable} to its path.`,
        {
          ...(value === undefined ? {} : { value }),
          ...(limit === undefined ? {} : { limit }),
          cause: error,
        },
      );
    }
    const filled = await commandInRoot(folder, recipe, architecture);
    if (filled !== undefined) return { ...filled, source: 'debian' };
    throw new ServiceError('download-failed', `${service}: its packages hold no ${recipe.executable}`, {
      value: folder,
      limit: recipe.executable,
    });
  };
  // Several callers of one process wait for one download.
  const pending = inProgress.get(folder) ?? fetch().finally(() => inProgress.delete(folder));
  inProgress.set(folder, pending);
  return pending;
}
