import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findOnPath, isExecutableFile } from './executable-file.ts';
import { findInDebian } from './find-in-debian.ts';
import type { DebianPackages } from './recipes.ts';
import { ServiceError } from './service-error.ts';

const ENVIRONMENT_VARIABLE = 'CHROMIUM';
const INSTALL = 'Chromium or Chrome 124 or newer (Debian: chromium)';
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PROGRAM = 'usr/lib/chromium/chromium';
/**
 * The browser starts itself again for every page, by the name of its own program: so it is run by the machine's loader and
 * C library, and these are not taken.
 */
const DEBIAN: DebianPackages = {
  suites: ['bookworm'],
  install: 'chromium',
  provided: [
    'debconf',
    'libc6',
    'systemd',
    'ucf',
    'dconf-gsettings-backend',
    'adwaita-icon-theme',
    'x11-utils',
    'xdg-utils',
  ],
};

/** How to run the browser. */
export interface LocatedBrowser {
  readonly command: string;
  /** Variables that it needs beside those of this process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly source: 'environment' | 'path' | 'cache' | 'debian';
}

/**
 * Finds a Chromium, or gets it: the variable `CHROMIUM`, PATH, the cache folder, Debian's archive (unpacked into the
 * cache folder, signatures verified, no root needed).
 *
 * @throws ServiceError `service-not-found` says in one line what to install; `service-not-executable` where the variable
 * is wrong; `download-failed`, `signature-refused`
 */
export async function locateChromium(o: { environment?: NodeJS.ProcessEnv } = {}): Promise<LocatedBrowser> {
  const environment = o.environment ?? process.env;
  const given = environment[ENVIRONMENT_VARIABLE];
  if (given) {
    if (await isExecutableFile(given)) {
      return { command: resolve(given), environment: {}, source: 'environment' };
    }
    throw new ServiceError(
      'service-not-executable',
      `${ENVIRONMENT_VARIABLE}=${given} is not a program to run`,
      {
        value: given,
        limit: 'an executable file',
      },
    );
  }
  for (const name of NAMES) {
    const command = await findOnPath(name, environment.PATH);
    if (command !== undefined) return { command: resolve(command), environment: {}, source: 'path' };
  }
  const found = await findInDebian('chromium', DEBIAN, {
    environment,
    advice: `install ${INSTALL}, and set ${ENVIRONMENT_VARIABLE} to its path`,
    holds: PROGRAM,
    find: (folder, { triplet }, source) => Promise.resolve(inRoot(join(folder, 'root'), triplet, source)),
  });
  if (!('lacks' in found)) return found;
  throw new ServiceError(
    'service-not-found',
    `chromium not found and not available from Debian (this machine has no ${found.lacks}). ` +
      `Install ${INSTALL}, and set ${ENVIRONMENT_VARIABLE} to its path if it is not on PATH.`,
    { value: 'chromium', limit: `${ENVIRONMENT_VARIABLE}, PATH, the cache folder or Debian's archive` },
  );
}

function inRoot(root: string, triplet: string, source: 'cache' | 'debian'): LocatedBrowser | undefined {
  const command = join(root, PROGRAM);
  if (!existsSync(command)) return undefined;
  const libraries = ['usr/lib', 'lib'].map((folder) => join(root, folder, triplet));
  const environment = { LD_LIBRARY_PATH: libraries.join(':'), FONTCONFIG_SYSROOT: root };
  return { command, environment, source };
}
