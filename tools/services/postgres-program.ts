import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { LocatedService } from './locate.ts';
import { mayRun } from './postgres-user.ts';
import { recipes } from './recipes.ts';
import type { ServiceUser } from './service-process.ts';

/** A program, and the arguments that come before its own. */
export interface Program {
  readonly command: string;
  readonly prefixArguments: readonly string[];
}

/** What a database is made and served with. */
export interface PostgresPrograms {
  readonly initdb: Program;
  readonly postgres: Program;
}

/** What of the unpacked packages the programs need. */
const NEEDED = ['lib', 'usr/lib', 'usr/share/postgresql'];
/** More than half of the files, and only for the compiler of queries. */
const UNNEEDED = 'bitcode';

/**
 * The programs of a located PostgreSQL, for `user` to run. Those of unpacked packages need something in `folder`, which is
 * made: `initdb` runs the server that lies beside it, and would run it without the packages' own loader and libraries; and
 * where the cache folder is closed to `user`, as root's is, what is needed of it is copied.
 */
export async function preparePrograms(
  located: LocatedService,
  folder: string,
  user: ServiceUser | undefined,
): Promise<PostgresPrograms> {
  const [option, , unpacked] = located.prefixArguments;
  if (option === undefined || unpacked === undefined) {
    const command = await realpath(located.command);
    const initdb = { command: join(dirname(command), 'initdb'), prefixArguments: [] };
    return { postgres: { command, prefixArguments: [] }, initdb };
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const isOpen = user === undefined || (await mayRun(user, unpacked));
  const postgres = isOpen ? located : copied(located, unpacked, join(folder, 'root'));
  return { postgres, initdb: besideScript(postgres, folder) };
}

/** A copy of the packages, with the same paths below `root`. */
function copied(located: LocatedService, unpacked: string, root: string): Program {
  const source = unpacked.slice(0, -`/${recipes.postgres.debian?.executable ?? ''}`.length);
  for (const path of NEEDED) {
    cpSync(join(source, path), join(root, path), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (from) => basename(from) !== UNNEEDED,
    });
  }
  const moved = (path: string): string => path.replaceAll(source, root);
  return { command: moved(located.command), prefixArguments: located.prefixArguments.map(moved) };
}

/** `initdb` in a folder where the `postgres` beside it is a script that runs the server as it has to be run. */
function besideScript({ command, prefixArguments }: Program, folder: string): Program {
  const [option = '', libraries = '', server = ''] = prefixArguments;
  const [initdb, script] = [join(folder, 'initdb'), join(folder, 'postgres')];
  copyFileSync(join(dirname(server), 'initdb'), initdb);
  const words = [command, ...prefixArguments].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  writeFileSync(script, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  for (const path of [initdb, script]) chmodSync(path, 0o755);
  // Beside its server initdb would find its input files; here it has to be told.
  const share = join(dirname(server), '..', '..', '..', '..', 'share', 'postgresql', versionOf(server));
  return { command, prefixArguments: [option, libraries, initdb, '-L', share] };
}

/** The version in a path such as `…/usr/lib/postgresql/15/bin/postgres`. */
function versionOf(server: string): string {
  return server.split('/').at(-3) ?? '';
}
