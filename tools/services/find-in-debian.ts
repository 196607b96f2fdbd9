import { rm } from 'node:fs/promises';
import { cacheFolder, fillFolder } from './cache-folder.ts';
import { debianArchitecture, type DebianArchitecture } from './debian-architecture.ts';
import { fillDebianRoot } from './debian-root.ts';
import { findDebianTools } from './debian-tools.ts';
import type { DebianPackages } from './recipes.ts';
import { isServiceError, ServiceError } from './service-error.ts';

const inProgress = new Map<string, Promise<unknown>>();

/** What is wanted of Debian's packages once they are unpacked in a folder; undefined where it is not in them. */
type FindInFolder<Found> = (
  folder: string,
  architecture: DebianArchitecture,
  source: 'cache' | 'debian',
) => Promise<Found | undefined>;

/**
 * Finds something in Debian's packages: those that are unpacked in the cache folder already, else those of the archive
 * (signatures verified; no root needed). Or says what this machine lacks for that, in words that complete "this machine
 * has no …".
 *
 * @throws ServiceError `download-failed`, `signature-refused`
 */
export async function findInDebian<Found>(
  name: string,
  recipe: DebianPackages,
  o: {
    readonly environment: NodeJS.ProcessEnv;
    readonly find: FindInFolder<Found>;
    /** What the packages are expected to hold, for an error message. */
    readonly holds: string;
    /** What a user can do instead: completes "Or …". */
    readonly advice: string;
  },
): Promise<Found | { lacks: string }> {
  const architecture = process.platform === 'linux' ? debianArchitecture(process.arch) : undefined;
  if (architecture === undefined) return { lacks: `Debian packages for ${process.platform} ${process.arch}` };
  const folder = cacheFolder(name, { recipe, architecture }, o.environment);
  const cached = await o.find(folder, architecture, 'cache');
  if (cached !== undefined) return cached;
  const tools = await findDebianTools(o.environment);
  if ('lacks' in tools) return tools;

  const fetch = async (): Promise<void> => {
    const onSize = (size: string): void => void process.stderr.write(`Fetching ${name} … ${size}\n`);
    // What is there but cannot be used was damaged, and would stand in the way of a whole one.
    await rm(folder, { recursive: true, force: true });
    try {
      await fillFolder(folder, (partial) => fillDebianRoot(partial, { recipe, architecture, tools, onSize }));
    } catch (error) {
      if (!isServiceError(error)) throw error;
      const { code, value, limit } = error;
      throw new ServiceError(
        code,
        `${name} could not be fetched from Debian's archive: ${error.message}. Or ${o.advice}.`,
        {
          ...(value === undefined ? {} : { value }),
          ...(limit === undefined ? {} : { limit }),
          cause: error,
        },
      );
    }
  };
  // Several callers of one process wait for one download.
  const pending = inProgress.get(folder) ?? fetch().finally(() => inProgress.delete(folder));
  inProgress.set(folder, pending);
  await pending;
  const found = await o.find(folder, architecture, 'debian');
  if (found !== undefined) return found;
  throw new ServiceError('download-failed', `${name}: its packages hold no ${o.holds}`, {
    value: folder,
    limit: o.holds,
  });
}
