import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillFolder } from '../cache-folder.ts';
import { debianArchitecture } from '../debian-architecture.ts';
import { fillDebianRoot } from '../debian-root.ts';
import { configuredMirrors, findDebianTools, type DebianTools } from '../debian-tools.ts';
import { isServiceError, type ServiceError } from '../service-error.ts';
import { privateFolder } from './private-folder.ts';

const architecture = debianArchitecture('x64');
const recipe = { suites: ['trixie'], install: 'bitcoind', provided: [], executable: 'usr/bin/bitcoind' };

async function machineTools(): Promise<DebianTools> {
  const tools = await findDebianTools(process.env);
  if ('lacks' in tools)
    throw new Error(`this test needs a Debian machine, and this one has no ${tools.lacks}`);
  return tools;
}

/** Makes an archive with one empty suite on this machine, as a mirror in an attacker's hand would look. */
async function writeArchive(folder: string, o: { signed: 'not' | 'with rubbish' }): Promise<string> {
  const packages = 'main/binary-amd64/Packages';
  const hash = createHash('sha256').update('').digest('hex');
  const release =
    `Origin: Debian\nLabel: Debian\nSuite: stable\nCodename: trixie\nArchitectures: amd64\nComponents: main\n` +
    `Date: Sat, 01 Nov 2025 00:00:00 UTC\nSHA256:\n ${hash} 0 ${packages}\n`;
  const suite = join(folder, 'dists', 'trixie');
  await mkdir(dirname(join(suite, packages)), { recursive: true });
  await writeFile(join(suite, packages), '');
  if (o.signed === 'not') await writeFile(join(suite, 'Release'), release);
  else {
    await writeFile(
      join(suite, 'InRelease'),
      `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${release}` +
        `-----BEGIN PGP SIGNATURE-----\n\naGVsbG8gd29ybGQ=\n-----END PGP SIGNATURE-----\n`,
    );
  }
  return `file:${folder}`;
}

async function fetchFrom(mirrors: readonly string[], parent: string): Promise<ServiceError> {
  const tools = await machineTools();
  if (architecture === undefined) throw new Error('x64 has no Debian architecture');
  const folder = join(parent, 'cache', 'service');
  const failure: unknown = await fillFolder(folder, (partial) =>
    fillDebianRoot(partial, { recipe, architecture, tools, mirrors, onSize: () => undefined }),
  ).catch((e: unknown) => e);
  expect(await readdir(dirname(folder))).toEqual([]);
  if (!isServiceError(failure)) throw new Error('nothing was refused', { cause: failure });
  return failure;
}

describe("Debian's archive", () => {
  it('is refused without a signature, and nothing of it is kept', async () => {
    await using folder = await privateFolder();
    const mirror = await writeArchive(folder.path, { signed: 'not' });
    const refused = await fetchFrom([mirror], folder.path);
    expect(refused.code).toBe('signature-refused');
    expect(refused.limit).toContain("Debian's archive keyring");
  });

  it('is refused with a signature that is none', async () => {
    await using folder = await privateFolder();
    const mirror = await writeArchive(folder.path, { signed: 'with rubbish' });
    expect((await fetchFrom([mirror], folder.path)).code).toBe('signature-refused');
  });

  it('is given up where a mirror does not have the suite', async () => {
    await using folder = await privateFolder();
    const refused = await fetchFrom([`file:${folder.path}/none`], folder.path);
    expect(refused.code).toBe('download-failed');
  });

  it('is given up where the machine has no mirror', async () => {
    await using folder = await privateFolder();
    expect((await fetchFrom([], folder.path)).message).toContain("no source of Debian's archive");
  });

  it('is looked for at the mirrors of the machine, without its security archive', async () => {
    const mirrors = await configuredMirrors((await machineTools()).environment);
    expect(mirrors.length).toBeGreaterThan(0);
    for (const mirror of mirrors) expect(mirror).not.toContain('security');
  });

  it('needs the tools of a Debian machine, and says which one is missing', async () => {
    await using folder = await privateFolder();
    expect(await findDebianTools({ PATH: folder.path })).toEqual({ lacks: 'apt-get' });
  });
});
