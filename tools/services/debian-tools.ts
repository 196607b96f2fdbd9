import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findOnPath } from './executable-file.ts';
import { runCommand } from './run-command.ts';
import { ServiceError } from './service-error.ts';

/** Debian 13 calls it `.pgp` and keeps `.gpg` as a link. */
const KEYRINGS = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
];
const TOOLS = ['apt-get', 'dpkg', 'dpkg-deb'];

/** What this machine has to take packages from Debian's archive with. */
export interface DebianTools {
  readonly keyring: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** The machine's apt, dpkg and archive keyring, or what it lacks, in words that complete "this machine has no …". */
export async function findDebianTools(
  environment: NodeJS.ProcessEnv,
): Promise<DebianTools | { lacks: string }> {
  for (const tool of TOOLS) {
    if ((await findOnPath(tool, environment.PATH)) === undefined) return { lacks: tool };
  }
  const keyring = KEYRINGS.find((path) => existsSync(path));
  if (keyring === undefined) return { lacks: "keyring of Debian's archive (package debian-archive-keyring)" };
  return { keyring, environment: { ...environment, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' } };
}

/**
 * The mirrors of Debian's archive that this machine is configured to use, asked of apt itself. Where package
 * lists have been fetched their origin tells Debian's archive from others; on a machine without lists every
 * source of component `main` is a candidate, and the signature tells.
 */
export async function configuredMirrors(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const ask = async (format: string, ...more: string[]): Promise<string[][]> => {
    const { stdout } = await runCommand('apt-get', ['indextargets', ...more, '--format', format], {
      environment,
    });
    return stdout.split('\n').map((line) => line.split(' '));
  };
  const known = await ask('$(REPO_URI) $(COMPONENT) $(LABEL)');
  const sources = await ask('$(REPO_URI) $(COMPONENT) $(RELEASE)', '--no-release-info');
  const candidates = [
    ...known.filter(([, component, ...label]) => component === 'main' && label.join(' ') === 'Debian'),
    ...sources.filter(([, component, release]) => component === 'main' && !release?.includes('security')),
  ];
  return [...new Set(candidates.map(([uri]) => uri ?? '').filter((uri) => uri !== ''))];
}

/**
 * apt verifies signatures with gpgv (Debian 13: sqv), which slim images may lack. Then that one package is
 * downloaded from the machine's own sources, checked against the lists that it already trusts, and put on PATH.
 */
export async function withSignatureVerifier(
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  for (const tool of ['gpgv', 'sqv']) {
    if ((await findOnPath(tool, environment.PATH)) !== undefined) return environment;
  }
  const verifier = join(folder, 'verifier');
  await mkdir(verifier);
  const downloaded = await runCommand('apt-get', ['--quiet', 'download', 'gpgv'], {
    cwd: verifier,
    environment,
  });
  const unpacked = await runCommand('sh', ['-c', 'dpkg-deb -x gpgv_*.deb .'], { cwd: verifier, environment });
  if (downloaded.status !== 0 || unpacked.status !== 0) {
    throw new ServiceError(
      'signature-refused',
      'no gpgv on this machine to verify signatures with: install gpgv',
      {
        value: 'gpgv: not found',
        limit: 'gpgv or sqv',
      },
    );
  }
  return { ...environment, PATH: `${join(verifier, 'usr', 'bin')}${delimiter}${environment.PATH ?? ''}` };
}
