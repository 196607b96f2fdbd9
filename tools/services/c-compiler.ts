import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DebianArchitecture } from './debian-architecture.ts';
import { commandInRoot } from './debian-root.ts';
import { findOnPath, isExecutableFile } from './executable-file.ts';
import { findInDebian } from './find-in-debian.ts';
import type { DebianPackages, DebianRecipe } from './recipes.ts';
import { runCommand } from './run-command.ts';
import { ServiceError } from './service-error.ts';

const ENVIRONMENT_VARIABLE = 'CC';
const ON_PATH = ['cc', 'gcc', 'clang'];
const INSTALL = 'a C compiler (Debian: gcc and libc6-dev)';

/** A small compiler: 0.3 MB, where gcc has 60. */
const TCC: DebianRecipe = {
  suites: ['bookworm'],
  install: 'tcc',
  provided: [],
  executable: 'usr/bin/tcc',
};
/** The headers and start files of the C library, and the C library itself. */
const C_LIBRARY: DebianPackages = {
  suites: ['bookworm'],
  install: 'libc6-dev',
  provided: ['libcrypt-dev', 'libnsl-dev', 'rpcsvc-proto'],
};

/** How to run a program: `command`, then `prefixArguments`, then the program's own arguments. */
export interface CompiledProgram {
  readonly command: string;
  readonly prefixArguments: readonly string[];
}

/** A C compiler that can be run here. */
export interface LocatedCompiler {
  readonly command: string;
  readonly prefixArguments: readonly string[];
  readonly source: 'environment' | 'path' | 'cache' | 'debian';
  /** What stands before and behind the sources of a program or a shared library. */
  readonly libraries: {
    readonly program: readonly [before: readonly string[], behind: readonly string[]];
    readonly shared: readonly string[];
  };
  /** Starts its programs, where the machine may have another C library than they were linked to. */
  readonly loader?: CompiledProgram;
}

const OWN_LIBRARIES: LocatedCompiler['libraries'] = { program: [[], []], shared: ['-ldl'] };

/**
 * Finds a C compiler, or gets one: the variable `CC`, PATH, the cache folder, Debian's archive (`tcc`; signatures
 * verified; no root needed).
 *
 * @throws ServiceError `service-not-found` says in one line what to install; `service-not-executable` where the variable
 * is wrong; `download-failed`, `signature-refused`
 */
export async function locateCCompiler(o: { environment?: NodeJS.ProcessEnv } = {}): Promise<LocatedCompiler> {
  const environment = o.environment ?? process.env;
  const given = environment[ENVIRONMENT_VARIABLE];
  if (given) {
    const command = (await isExecutableFile(given)) ? given : await findOnPath(given, environment.PATH);
    if (command !== undefined) return machineCompiler(command, 'environment');
    throw new ServiceError(
      'service-not-executable',
      `${ENVIRONMENT_VARIABLE}=${given} is not a program to run`,
      {
        value: given,
        limit: 'an executable file',
      },
    );
  }
  for (const name of ON_PATH) {
    const command = await findOnPath(name, environment.PATH);
    if (command !== undefined) return machineCompiler(command, 'path');
  }
  const found = await findTcc(environment);
  if ('command' in found) return found;
  throw new ServiceError(
    'service-not-found',
    `no C compiler found and none available from Debian (this machine has no ${found.lacks}). ` +
      `Install ${INSTALL}, and set ${ENVIRONMENT_VARIABLE} to its path if it is not on PATH.`,
    {
      value: ON_PATH.join(),
      limit: `${ENVIRONMENT_VARIABLE}, PATH, the cache folder or Debian's archive`,
    },
  );
}

/**
 * Compiles a shared library for `LD_PRELOAD`.
 *
 * @throws ServiceError as {@link locateCCompiler} does, and `compiler-refused`
 */
export async function compileSharedLibrary(
  sources: readonly string[],
  output: string,
  o: { environment?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  const compiler = await locateCCompiler(o);
  await compile(compiler, ['-shared', '-fPIC', '-o', output, ...sources, ...compiler.libraries.shared]);
}

/**
 * Compiles a program, and says how to run it.
 *
 * @param options such as `-DNAME`
 * @throws ServiceError as {@link locateCCompiler} does, and `compiler-refused`
 */
export async function compileProgram(
  sources: readonly string[],
  output: string,
  options: readonly string[],
  o: { environment?: NodeJS.ProcessEnv } = {},
): Promise<CompiledProgram> {
  const compiler = await locateCCompiler(o);
  const [before, behind] = compiler.libraries.program;
  await compile(compiler, [...options, '-o', output, ...before, ...sources, ...behind]);
  if (compiler.loader === undefined) return { command: output, prefixArguments: [] };
  const { command, prefixArguments } = compiler.loader;
  return { command, prefixArguments: [...prefixArguments, output] };
}

/**
 * Runs the C preprocessor over a text of any language.
 *
 * @param options such as `-DNAME`
 * @throws ServiceError as {@link locateCCompiler} does, and `compiler-refused`
 */
export async function preprocess(
  source: string,
  output: string,
  options: readonly string[],
  o: { environment?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  await compile(await locateCCompiler(o), ['-E', '-P', '-x', 'c', ...options, '-o', output, source]);
}

async function compile(
  { command, prefixArguments }: LocatedCompiler,
  parameters: readonly string[],
): Promise<void> {
  const { status, stderr } = await runCommand(command, [...prefixArguments, ...parameters]);
  if (status === 0) return;
  throw new ServiceError('compiler-refused', `${command}: ${stderr.trim().slice(0, 2000)}`, {
    value: parameters.join(' '),
    limit: 'a status of 0',
  });
}

function machineCompiler(command: string, source: 'environment' | 'path'): LocatedCompiler {
  return { command, prefixArguments: [], source, libraries: OWN_LIBRARIES };
}

async function findTcc(environment: NodeJS.ProcessEnv): Promise<LocatedCompiler | { lacks: string }> {
  const advice = `install ${INSTALL}, and set ${ENVIRONMENT_VARIABLE} to its path`;
  const library = await findInDebian('libc6-dev', C_LIBRARY, {
    environment,
    advice,
    holds: 'crt1.o',
    find: (folder, { triplet }) => {
      const root = join(folder, 'root');
      return Promise.resolve(existsSync(join(root, 'usr/lib', triplet, 'crt1.o')) ? { root } : undefined);
    },
  });
  if ('lacks' in library) return library;
  return await findInDebian('tcc', TCC, {
    environment,
    advice,
    holds: TCC.executable,
    find: async (folder, architecture, source) => {
      const command = await commandInRoot(folder, TCC, architecture);
      if (command === undefined) return undefined;
      return tccWith(command, join(folder, 'root'), library.root, architecture, source);
    },
  });
}

/** Its own paths and those of the C library are absolute, and these packages are unpacked elsewhere. */
function tccWith(
  { command, prefixArguments }: CompiledProgram,
  tcc: string,
  library: string,
  { triplet, loader }: DebianArchitecture,
  source: 'cache' | 'debian',
): LocatedCompiler {
  const own = join(tcc, 'usr/lib', triplet, 'tcc');
  const start = join(library, 'usr/lib', triplet);
  const run = join(library, 'lib', triplet);
  const headers = [join(own, 'include'), join(library, 'usr/include', triplet), join(library, 'usr/include')];
  const support = join(own, 'libtcc1.a');
  return {
    command,
    prefixArguments: [...prefixArguments, '-B', own, '-nostdinc', ...headers.map((path) => `-I${path}`)],
    source,
    libraries: {
      program: [
        ['-nostdlib', join(start, 'crt1.o'), join(start, 'crti.o')],
        [join(run, 'libc.so.6'), join(start, 'libc_nonshared.a'), support, join(start, 'crtn.o')],
      ],
      shared: ['-nostdlib', support],
    },
    loader: { command: join(run, loader), prefixArguments: ['--library-path', run] },
  };
}
