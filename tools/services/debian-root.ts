import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DebianArchive } from './debian-archive.ts';
import type { DebianArchitecture } from './debian-architecture.ts';
import { configuredMirrors, type DebianTools } from './debian-tools.ts';
import { isExecutableFile } from './executable-file.ts';
import type { DebianPackages, DebianRecipe } from './recipes.ts';
import { runCommand } from './run-command.ts';
import { ServiceError } from './service-error.ts';

/**
 * Fills `folder` with a recipe's packages and all that they depend on, unpacked but not installed, and with
 * `packages.txt`, the list of them. No root, nothing outside `folder`, every package verified by apt.
 */
export async function fillDebianRoot(
  folder: string,
  o: {
    recipe: DebianPackages;
    architecture: DebianArchitecture;
    tools: DebianTools;
    onSize: (size: string) => void;
    mirrors?: readonly string[];
  },
): Promise<void> {
  const apt = join(folder, 'apt');
  const archive = await openFirst(o.mirrors ?? (await configuredMirrors(o.tools.environment)), apt, o);
  const packages = await archive.download(o.recipe.install, o.onSize);
  const root = join(folder, 'root');
  await mkdir(root);
  const files = (await readdir(packages)).filter((name) => name.endsWith('.deb')).sort();
  for (const file of files) {
    const { status, stderr } = await runCommand('dpkg-deb', ['-x', join(packages, file), root], {
      environment: o.tools.environment,
    });
    if (status !== 0)
      throw new ServiceError('download-failed', `cannot unpack ${file}: ${stderr.trim()}`, { value: file });
  }
  await writeFile(join(folder, 'packages.txt'), files.map((file) => `${file}\n`).join(''));
  await rm(apt, { recursive: true });
}

/** How to run a program of an unpacked root: with that root's own loader and libraries. */
export async function commandInRoot(
  folder: string,
  recipe: DebianRecipe,
  architecture: DebianArchitecture,
): Promise<{ command: string; prefixArguments: string[] } | undefined> {
  const root = join(folder, 'root');
  const program = join(root, recipe.executable);
  // Debian 12 has its C library in lib, Debian 13 in usr/lib.
  const libraries = ['usr/lib', 'lib'].map((library) => join(root, library, architecture.triplet));
  for (const library of libraries) {
    const command = join(library, architecture.loader);
    if (!(await isExecutableFile(command)) || !(await isExecutableFile(program))) continue;
    return { command, prefixArguments: ['--library-path', libraries.join(':'), program] };
  }
  return undefined;
}

/** The archive of the first mirror that has all the suites. */
async function openFirst(
  mirrors: readonly string[],
  folder: string,
  o: { recipe: DebianPackages; architecture: DebianArchitecture; tools: DebianTools },
): Promise<DebianArchive> {
  let failure = new ServiceError('download-failed', "apt on this machine has no source of Debian's archive");
  for (const mirror of mirrors) {
    try {
      return await DebianArchive.open(folder, {
        mirror,
        suites: o.recipe.suites,
        provided: o.recipe.provided,
        architecture: o.architecture,
        tools: o.tools,
      });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      failure = error;
      await rm(folder, { recursive: true, force: true });
    }
  }
  throw failure;
}
