import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithThisProcess } from './end-with-process.ts';
import { locate } from './locate.ts';
import type { RunningService } from './node-service.ts';
import { pingPostgres } from './postgres-ping.ts';
import { preparePrograms, type Program } from './postgres-program.ts';
import { unprivilegedUser } from './postgres-user.ts';
import { ServiceError } from './service-error.ts';
import { ServiceProcess, type Ending, type ServiceUser } from './service-process.ts';

const DEFAULT_READY_WITHIN_MS = 60_000;
const STOP_GRACE_MS = 20_000;
const POLL_MS = 20;
const SHOWN_LOG_LINES = 15;

/** The superuser, and the database that is named after it. */
const USER = 'postgres';
/** Part of the socket's file name; nothing listens on TCP. */
const SOCKET_NUMBER = 5432;

export interface RunningPostgres extends Omit<RunningService, 'port'> {
  /** A connection string that `pg` takes: the Unix socket in `dataFolder`, a superuser, no password. */
  readonly url: string;
}

export interface PostgresOptions {
  /** The `dataFolder` of a server that was ended with `keepData`; by default a new one, removed when the server ends. */
  readonly dataFolder?: string;
  /** Settings of the server, such as `log_statement`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long it may take until it answers, by default a minute. */
  readonly readyWithinMs?: number;
  /** Where `locate` looks for its variables, by default the environment of this process. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * PostgreSQL with an empty database, in a private folder that also holds the Unix socket which is the only way in: whoever
 * may open that folder is let in without a password. Commits are synced to the disk (`fsync` is on, as by default).
 *
 * Where this process is root the server runs as `nobody`.
 */
export async function startPostgres(o: PostgresOptions = {}): Promise<RunningPostgres> {
  const located = await locate('postgres', o.environment === undefined ? {} : { environment: o.environment });
  const user = await unprivilegedUser();
  const removesFolder = o.dataFolder === undefined;
  const folder = removesFolder ? mkdtempSync(join(tmpdir(), 'postgres-')) : resolve(o.dataFolder);
  const remove = (): void => {
    if (removesFolder) rmSync(folder, { recursive: true, force: true });
  };
  const running: { server?: ServiceProcess } = {};
  const forget = endWithThisProcess({
    endNow: () => {
      // Sessions that outlived their server for a moment would write into the folder while it is removed.
      if (running.server !== undefined) killTogether(running.server);
      remove();
    },
  });
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const programs = await preparePrograms(located, join(folder, 'program'), user);
    if (!existsSync(join(folder, 'data', 'PG_VERSION'))) await makeDatabase(programs.initdb, folder, user);
    const server = startServer(programs.postgres, folder, { ...o, removesFolder, user });
    running.server = server;
    void server.exited.then(forget);
    return await serve(server, folder, o.readyWithinMs ?? DEFAULT_READY_WITHIN_MS);
  } catch (error) {
    remove();
    forget();
    throw error;
  }
}

async function makeDatabase(initdb: Program, folder: string, user: ServiceUser | undefined): Promise<void> {
  const making = new ServiceProcess({
    command: initdb.command,
    commandArguments: [
      ...initdb.prefixArguments,
      ...[
        '-D',
        join(folder, 'data'),
        '-U',
        USER,
        '--auth=trust',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ],
    ],
    folder,
    removesFolder: true,
    ...(user === undefined ? {} : { user }),
  });
  const status = await making.exited;
  await making.kill({ keepData: true });
  if (status !== 0) throw exited('initdb', String(status), making);
}

function startServer(
  { command, prefixArguments }: Program,
  folder: string,
  o: PostgresOptions & { readonly removesFolder: boolean; readonly user: ServiceUser | undefined },
): ServiceProcess {
  return new ServiceProcess({
    command,
    commandArguments: [...prefixArguments, ...serverArguments(folder, o.settings ?? {})],
    folder,
    removesFolder: o.removesFolder,
    ...(o.user === undefined ? {} : { user: o.user }),
  });
}

async function serve(
  server: ServiceProcess,
  folder: string,
  readyWithinMs: number,
): Promise<RunningPostgres> {
  let version: string;
  try {
    version = await ready(server, folder, readyWithinMs);
  } catch (error) {
    await server.kill();
    throw error;
  }
  let ended: Promise<void> | undefined;
  const stop = (ending?: Ending): Promise<void> => {
    // SIGTERM alone would wait for every client to leave.
    signal(server.hasExited ? [] : [server.pid], 'SIGINT');
    return server.terminate(STOP_GRACE_MS, ending);
  };
  return {
    name: 'postgres',
    version,
    url: `postgresql://${USER}@localhost:${SOCKET_NUMBER}/${USER}?host=${encodeURIComponent(folder)}`,
    pid: server.pid,
    dataFolder: folder,
    log: () => server.log(),
    stop: (ending) => (ended ??= stop(ending)),
    kill: (ending) => (ended ??= killAll(server, ending)),
    [Symbol.asyncDispose]: () => (ended ??= stop()),
  };
}

function killAll(server: ServiceProcess, ending: Ending | undefined): Promise<void> {
  killTogether(server);
  return server.kill(ending);
}

/**
 * Kills a server and the processes that serve its sessions, which are outside of its process group and would finish what
 * they are at.
 */
function killTogether(server: ServiceProcess): void {
  if (server.hasExited) return;
  const sessions = childrenOf(server.pid);
  signal([server.pid, ...sessions], 'SIGKILL');
}

/** Linux' list; elsewhere the sessions end by themselves, soon after the server. */
function childrenOf(pid: number): readonly number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(list)) return [];
  return readFileSync(list, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      // ESRCH: it has ended by itself.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Waits until the server accepts sessions; gives its version. */
async function ready(server: ServiceProcess, folder: string, withinMs: number): Promise<string> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (server.hasExited) throw exited('postgres', String(await server.exited), server);
    const version = await pingPostgres(join(folder, `.s.PGSQL.${SOCKET_NUMBER}`), USER);
    if (version !== undefined) return version;
    await delay(POLL_MS);
  }
  throw new ServiceError('service-not-ready', `postgres did not answer in time:\n${lastWords(server)}`, {
    limit: `${withinMs} ms`,
  });
}

function serverArguments(folder: string, settings: Readonly<Record<string, string>>): string[] {
  const all = {
    listen_addresses: '',
    port: String(SOCKET_NUMBER),
    unix_socket_directories: folder,
    unix_socket_permissions: '0700',
    // In the data folder, and not where a server that is killed leaves them behind.
    dynamic_shared_memory_type: 'mmap',
    jit: 'off',
    ...settings,
  };
  const words = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', join(folder, 'data'), ...words];
}

function exited(program: string, status: string, process: ServiceProcess): ServiceError {
  const said = lastWords(process);
  return new ServiceError('service-exited', `${program} ended with ${status} before it was ready:\n${said}`, {
    value: status,
  });
}

function lastWords(server: ServiceProcess): string {
  return server.lastLogLines(SHOWN_LOG_LINES) || '(it wrote nothing)';
}
