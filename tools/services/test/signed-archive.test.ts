import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillFolder } from '../cache-folder.ts';
import { debianArchitecture } from '../debian-architecture.ts';
import { commandInRoot, fillDebianRoot } from '../debian-root.ts';
import { findDebianTools } from '../debian-tools.ts';
import type { DebianRecipe } from '../recipes.ts';
import { isServiceError, type ServiceError } from '../service-error.ts';
import { createOpenPgpKey, type OpenPgpKey } from './openpgp-key.ts';
import { privateFolder } from './private-folder.ts';

const found = debianArchitecture(process.arch);
if (found === undefined) throw new Error(`no Debian recipes for ${process.arch}`);
const architecture = found;
const loader = `usr/lib/${architecture.triplet}/${architecture.loader}`;
const recipe: DebianRecipe = {
  suites: ['one'],
  install: 'node',
  provided: ['systemd'],
  executable: 'usr/bin/node',
};
const key = createOpenPgpKey();
const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

/** Builds a package of one program; gives its stanza in a package list. */
async function buildPackage(
  archive: string,
  name: string,
  depends: string,
  program: string,
): Promise<string> {
  const tree = join(archive, `tree-${name}`);
  await mkdir(join(tree, 'DEBIAN'), { recursive: true });
  await mkdir(dirname(join(tree, program)), { recursive: true });
  await writeFile(join(tree, program), '#!/bin/sh\n');
  await chmod(join(tree, program), 0o755);
  await chmod(join(tree, 'DEBIAN'), 0o755);
  const control =
    `Package: ${name}\nVersion: 1\nArchitecture: ${architecture.name}\nMaintainer: nobody <nobody@localhost>\n` +
    `${depends === '' ? '' : `Depends: ${depends}\n`}Description: for a test\n`;
  await writeFile(join(tree, 'DEBIAN', 'control'), control);
  const file = `${name}_1_${architecture.name}.deb`;
  const built = spawnSync('dpkg-deb', ['--build', tree, join(archive, file)], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  const bytes = await readFile(join(archive, file));
  return `${control}Filename: ${file}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n\n`;
}

/** An archive with a program, the library that it depends on, and a dependency that nobody has. */
async function buildArchive(archive: string, signer: OpenPgpKey): Promise<void> {
  const packages = [
    await buildPackage(archive, 'node', 'library, systemd', recipe.executable),
    await buildPackage(archive, 'library', '', loader),
    await buildPackage(archive, 'unrelated', '', 'usr/bin/unrelated'),
  ].join('');
  const suite = join(archive, 'dists', 'one');
  const list = `main/binary-${architecture.name}/Packages`;
  await mkdir(dirname(join(suite, list)), { recursive: true });
  await writeFile(join(suite, list), packages);
  const release =
    `Origin: Test\nLabel: Test\nSuite: one\nCodename: one\nArchitectures: ${architecture.name}\nComponents: main\n` +
    `Date: ${new Date().toUTCString()}\nSHA256:\n ${sha256(packages)} ${packages.length} ${list}\n`;
  await writeFile(join(suite, 'Release'), release);
  await writeFile(join(suite, 'Release.gpg'), signer.detachedSignature(release));
}

/** Fills `<parent>/cache/node` from `<parent>/archive`, trusting `trusted` alone. */
async function fill(
  parent: string,
  trusted: OpenPgpKey,
  o: { recipe?: DebianRecipe; sizes?: string[] } = {},
): Promise<string> {
  const tools = await findDebianTools(process.env);
  if ('lacks' in tools)
    throw new Error(`this test needs a Debian machine, and this one has no ${tools.lacks}`);
  const keyring = join(parent, 'keyring.gpg');
  await writeFile(keyring, trusted.keyring);
  const folder = join(parent, 'cache', 'node');
  await fillFolder(folder, (partial) =>
    fillDebianRoot(partial, {
      recipe: o.recipe ?? recipe,
      architecture,
      tools: { ...tools, keyring },
      mirrors: [`copy:${join(parent, 'archive')}`],
      onSize: (size) => o.sizes?.push(size),
    }),
  );
  return folder;
}

async function refusal(parent: string, trusted: OpenPgpKey, asked = recipe): Promise<ServiceError> {
  const error = await fill(parent, trusted, { recipe: asked }).catch((e: unknown) => e);
  expect(await readdir(join(parent, 'cache'))).toEqual([]);
  if (!isServiceError(error)) throw new Error('it was accepted', { cause: error });
  return error;
}

/** Changes one byte of a file in its middle and leaves its length. */
async function alter(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

describe('an archive signed by the trusted key', () => {
  it('gives the program and all it depends on, and nothing else', async () => {
    await using parent = await privateFolder();
    await buildArchive(join(parent.path, 'archive'), key);
    const sizes: string[] = [];
    const folder = await fill(parent.path, key, { sizes });
    expect((await readdir(folder)).sort()).toEqual(['packages.txt', 'root']);
    expect(await readFile(join(folder, 'packages.txt'), 'utf8')).toBe(
      `library_1_${architecture.name}.deb\nnode_1_${architecture.name}.deb\n`,
    );
    expect(sizes).toHaveLength(1);
    expect(await commandInRoot(folder, recipe, architecture)).toMatchObject({
      command: join(folder, 'root', loader),
    });
  });

  it('is refused when its release was altered', async () => {
    await using parent = await privateFolder();
    await buildArchive(join(parent.path, 'archive'), key);
    await alter(join(parent.path, 'archive/dists/one/Release'));
    expect((await refusal(parent.path, key)).code).toBe('signature-refused');
  });

  it('is refused when a package was altered', async () => {
    await using parent = await privateFolder();
    await buildArchive(join(parent.path, 'archive'), key);
    await alter(join(parent.path, 'archive', `library_1_${architecture.name}.deb`));
    const refused = await refusal(parent.path, key);
    expect(refused.code).toBe('download-failed');
    expect(refused.message).toContain('Hash Sum mismatch');
  });

  it('is refused when a dependency is not to be had', async () => {
    await using parent = await privateFolder();
    await buildArchive(join(parent.path, 'archive'), key);
    const refused = await refusal(parent.path, key, { ...recipe, provided: [] });
    expect(refused.code).toBe('download-failed');
  });
});

it('an archive signed by a key that is not in the keyring is refused, and the advice is a newer keyring', async () => {
  await using parent = await privateFolder();
  await buildArchive(join(parent.path, 'archive'), createOpenPgpKey());
  const refused = await refusal(parent.path, key);
  expect(refused.code).toBe('signature-refused');
  expect(refused.message).toContain('install a newer debian-archive-keyring');
});
