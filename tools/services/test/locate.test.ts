import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder } from '../cache-folder.ts';
import { debianArchitecture } from '../debian-architecture.ts';
import { locate } from '../locate.ts';
import { findInNpm } from '../npm-package.ts';
import { recipes } from '../recipes.ts';
import { isServiceError } from '../service-error.ts';
import { privateFolder } from './private-folder.ts';

async function writeProgram(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

describe('locating a service', () => {
  it('takes the environment variable before PATH, and PATH before the cache', async () => {
    await using folder = await privateFolder();
    const own = await writeProgram(join(folder.path, 'own', 'my-node'));
    const onPath = await writeProgram(join(folder.path, 'bin', 'bitcoind'));
    const environment = {
      BITCOIN_ENTERPRISE_CACHE: join(folder.path, 'cache'),
      PATH: dirname(onPath),
      BITCOIND: own,
    };
    await fillCache(environment);

    expect(await locate('bitcoind', { environment })).toEqual({
      command: own,
      prefixArguments: [],
      source: 'environment',
    });
    environment.BITCOIND = '';
    expect(await locate('bitcoind', { environment })).toMatchObject({ command: onPath, source: 'path' });
    environment.PATH = '/nonexistent';
    expect((await locate('bitcoind', { environment })).source).toBe('cache');
  });

  it('runs what is cached with the loader and libraries that came with it', async () => {
    await using folder = await privateFolder();
    const environment = { BITCOIN_ENTERPRISE_CACHE: folder.path, PATH: '' };
    const root = await fillCache(environment);
    const { command, prefixArguments } = await locate('bitcoind', { environment });
    expect(command.startsWith(`${root}/usr/lib/`)).toBe(true);
    expect(prefixArguments[0]).toBe('--library-path');
    expect(prefixArguments.at(-1)).toBe(`${root}/usr/bin/bitcoind`);
  });

  it('skips a file on PATH that is not executable, and a folder of that name', async () => {
    await using folder = await privateFolder();
    await mkdir(join(folder.path, 'a', 'anvil'), { recursive: true });
    await mkdir(join(folder.path, 'b'));
    await writeFile(join(folder.path, 'b', 'anvil'), '');
    const runnable = await writeProgram(join(folder.path, 'c', 'anvil'));
    const path = ['a', 'b', 'c'].map((name) => join(folder.path, name)).join(':');
    expect((await locate('anvil', { environment: { PATH: path } })).command).toBe(runnable);
  });

  it('refuses an environment variable that names nothing to run', async () => {
    const refused = await locate('bitcoind', { environment: { BITCOIND: '/etc/passwd' } }).catch(
      (e: unknown) => e,
    );
    expect(isServiceError(refused) && refused.code).toBe('service-not-executable');
    expect(refused).toMatchObject({ value: '/etc/passwd', limit: 'an executable file' });
  });

  it.each(['bitcoind', 'litecoind', 'anvil'] as const)(
    'says in one line what to install where %s is nowhere to be had',
    async (service) => {
      await using folder = await privateFolder();
      const environment = { PATH: folder.path, BITCOIN_ENTERPRISE_CACHE: folder.path };
      const refused = await locate(service, { environment }).catch((e: unknown) => e);
      expect(isServiceError(refused) && refused.code).toBe('service-not-found');
      const { message } = refused as Error;
      expect(message).toContain(`Install ${recipes[service].install}`);
      expect(message).toContain(recipes[service].environmentVariable);
      expect(message).not.toContain('\n');
    },
  );

  it('finds a program in the npm package of its platform, and only when it is installed', async () => {
    await using folder = await privateFolder();
    const recipe = recipes.anvil.npm;
    if (recipe === undefined) throw new Error('no npm recipe');
    const from = join(folder.path, 'index.js');
    expect(await findInNpm(recipe, from)).toBeUndefined();

    const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
    const platform = recipe.platformPackage(process.platform, architecture);
    for (const name of [recipe.package, platform]) {
      await mkdir(join(folder.path, 'node_modules', name), { recursive: true });
      await writeFile(join(folder.path, 'node_modules', name, 'package.json'), JSON.stringify({ name }));
    }
    expect(await findInNpm(recipe, from)).toBeUndefined();
    const program = await writeProgram(join(folder.path, 'node_modules', platform, recipe.executable));
    expect(await findInNpm(recipe, from)).toBe(program);
  });
});

/** Puts runnable files where the recipe of bitcoind expects its program and loader; gives the root. */
async function fillCache(environment: NodeJS.ProcessEnv): Promise<string> {
  const recipe = recipes.bitcoind.debian;
  const architecture = debianArchitecture(process.arch);
  if (recipe === undefined || architecture === undefined)
    throw new Error('no Debian recipe for this machine');
  const root = join(cacheFolder('bitcoind', { recipe, architecture }, environment), 'root');
  await writeProgram(join(root, recipe.executable));
  await writeProgram(join(root, 'usr/lib', architecture.triplet, architecture.loader));
  return root;
}
