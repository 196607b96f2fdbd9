import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheFolder, fillFolder } from './cache-folder.ts';
import { findOnPath } from './executable-file.ts';
import { runCommand } from './run-command.ts';

/** Has a lockfile of its own: the binding is compiled on install, which a user of the suite must not need. */
const PACKAGE_FOLDER = join(import.meta.dirname, 'pkcs11');
const FILES = ['package.json', 'package-lock.json'];
/** What node-gyp compiles with. */
const TOOLS = ['npm', 'python3', 'make', 'g++'];

const inProgress = new Map<string, Promise<string | undefined>>();

/**
 * The module `pkcs11js`, compiled into the cache folder on first use; or what this machine lacks for that, in words that
 * complete "this machine has no …".
 */
export async function loadPkcs11Binding(
  o: { environment?: NodeJS.ProcessEnv } = {},
): Promise<{ module: unknown } | { lacks: string }> {
  const environment = o.environment ?? process.env;
  const lock = await readFile(join(PACKAGE_FOLDER, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256').update(lock).digest('hex');
  const { napi = '' } = process.versions;
  const folder = cacheFolder('pkcs11js', [hash, process.platform, process.arch, napi], environment);
  if (!existsSync(folder)) {
    for (const tool of TOOLS) {
      if ((await findOnPath(tool, environment.PATH)) === undefined)
        return { lacks: `${tool} to compile pkcs11js with` };
    }
    const failure = await installOnce(folder, environment);
    if (failure !== undefined) return { lacks: `pkcs11js, which did not compile: ${failure}` };
  }
  return { module: createRequire(join(folder, 'package.json'))('pkcs11js') };
}

/** Several callers of one process wait for one compilation; gives the reason where it failed. */
async function installOnce(folder: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const pending =
    inProgress.get(folder) ?? install(folder, environment).finally(() => inProgress.delete(folder));
  inProgress.set(folder, pending);
  return await pending;
}

async function install(folder: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  process.stderr.write('Compiling pkcs11js …\n');
  let failure: string | undefined;
  const stopped = new Error('not compiled');
  try {
    await fillFolder(folder, async (partial) => {
      for (const file of FILES) await copyFile(join(PACKAGE_FOLDER, file), join(partial, file));
      const { status, stderr } = await runCommand('npm', ['ci', '--no-audit', '--no-fund'], {
        cwd: partial,
        environment: { ...environment, ...ownHeaders() },
      });
      if (status === 0) return;
      failure = lastLine(stderr);
      throw stopped;
    });
  } catch (error) {
    if (error !== stopped) throw error;
  }
  return failure;
}

/** Node's own header files where they came with it, so that node-gyp downloads none. */
function ownHeaders(): NodeJS.ProcessEnv {
  const root = dirname(dirname(process.execPath));
  return existsSync(join(root, 'include', 'node', 'node_api.h')) ? { npm_config_nodedir: root } : {};
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => /\berror\b/i.test(line));
  return (lines.at(-1) ?? 'npm ci failed').trim();
}
