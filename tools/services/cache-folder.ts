import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { endWithThisProcess } from './end-with-process.ts';

const PARTIAL_PREFIX = '.partial-';
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/**
 * Where a service is kept between runs: `$BITCOIN_ENTERPRISE_CACHE`, or `bitcoin-enterprise` in
 * `$XDG_CACHE_HOME` or `~/.cache`; then `services/<name>-<key>`. The key is taken from what was asked for, so
 * that a changed recipe never meets what an earlier one left.
 */
export function cacheFolder(name: string, asked: unknown, environment: NodeJS.ProcessEnv): string {
  // An empty variable counts as none, as in the XDG base directory specification.
  const { BITCOIN_ENTERPRISE_CACHE: own = '', XDG_CACHE_HOME: xdg = '' } = environment;
  const caches = xdg === '' ? join(homedir(), '.cache') : xdg;
  const root = own === '' ? join(caches, 'bitcoin-enterprise') : own;
  const key = createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 16);
  return join(root, 'services', `${name}-${key}`);
}

/**
 * Makes `folder` with what `fill` writes into a partial folder beside it: it appears whole or not at all. Of two
 * processes that fill the same folder at once, the first to finish wins and both use its content.
 */
export async function fillFolder(folder: string, fill: (partial: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const partial = await mkdtemp(join(parent, PARTIAL_PREFIX));
  const forget = endWithThisProcess({
    endNow: () => {
      rmSync(partial, { recursive: true, force: true });
    },
  });
  try {
    await fill(partial);
    try {
      await rename(partial, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    await rm(partial, { recursive: true, force: true });
    forget();
  }
}

/** Removes what a process that was killed while filling has left; an hour is longer than any fill takes. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PARTIAL_PREFIX)) continue;
    const path = join(parent, name);
    const modifiedMs = await stat(path).then(
      (found) => found.mtimeMs,
      () => Infinity,
    );
    if (Date.now() - modifiedMs > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}
