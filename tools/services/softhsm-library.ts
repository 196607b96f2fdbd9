import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findInDebian } from './find-in-debian.ts';
import type { DebianPackages } from './recipes.ts';
import { ServiceError } from './service-error.ts';

const ENVIRONMENT_VARIABLE = 'SOFTHSM2';
const INSTALL = 'SoftHSM 2.6.1 or newer (Debian: libsofthsm2; Homebrew: softhsm)';
/** Where distributions put it. */
const INSTALLED = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];
/** The process that loads the library has a C and a C++ library already, and must not get others. */
const DEBIAN: DebianPackages = {
  suites: ['bookworm'],
  install: 'libsofthsm2',
  provided: ['debconf', 'libc6', 'libgcc-s1', 'libstdc++6', 'ucf'],
};
const LIBRARY = 'softhsm/libsofthsm2.so';

/** Where the PKCS#11 module of SoftHSM is. */
export interface LocatedLibrary {
  readonly path: string;
  /** Shared libraries that it needs and that came with it: to be loaded before it. */
  readonly needs: readonly string[];
  readonly source: 'environment' | 'path' | 'cache' | 'debian';
}

/**
 * Finds SoftHSM's PKCS#11 module, or gets it: the variable `SOFTHSM2`, where distributions install it, the cache folder,
 * Debian's archive. It is a shared library and no program, so that nothing is started.
 *
 * @throws ServiceError `service-not-found` says in one line what to install; `service-not-executable` where the variable
 * is wrong; `download-failed`, `signature-refused`
 */
export async function locateSoftHsm(
  o: { environment?: NodeJS.ProcessEnv; installed?: readonly string[] } = {},
): Promise<LocatedLibrary> {
  const environment = o.environment ?? process.env;
  const given = environment[ENVIRONMENT_VARIABLE];
  if (given) {
    if (existsSync(given)) return { path: resolve(given), needs: [], source: 'environment' };
    throw new ServiceError(
      'service-not-executable',
      `${ENVIRONMENT_VARIABLE}=${given} is no shared library`,
      {
        value: given,
        limit: 'the file libsofthsm2.so',
      },
    );
  }
  const path = (o.installed ?? INSTALLED).find((candidate) => existsSync(candidate));
  if (path !== undefined) return { path, needs: [], source: 'path' };
  const found = await findInDebian('softhsm2', DEBIAN, {
    environment,
    advice: `install ${INSTALL}, and set ${ENVIRONMENT_VARIABLE} to the path of its library`,
    holds: LIBRARY,
    find: (folder, architecture, source) => {
      const libraries = join(folder, 'root', 'usr', 'lib', architecture.triplet);
      const [library, crypto] = [join(libraries, LIBRARY), join(libraries, 'libcrypto.so.3')];
      const isWhole = existsSync(library) && existsSync(crypto);
      return Promise.resolve(isWhole ? { path: library, needs: [crypto], source } : undefined);
    },
  });
  if ('path' in found) return found;
  throw new ServiceError(
    'service-not-found',
    `softhsm2 not found and not available from Debian (this machine has no ${found.lacks}). ` +
      `Install ${INSTALL}, and set ${ENVIRONMENT_VARIABLE} to the path of its library if it is elsewhere.`,
    { value: 'softhsm2', limit: `${ENVIRONMENT_VARIABLE}, the cache folder or Debian's archive` },
  );
}
