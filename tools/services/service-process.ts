import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { BoundedLog } from './bounded-log.ts';
import { endWithThisProcess } from './end-with-process.ts';
import { ServiceError } from './service-error.ts';

const LOG_LIMIT = 256 * 1024;

/**
 * Starts a service ("$@") with a watchdog beside it. The watchdog holds the read end of a pipe whose write end
 * is this process: when this process ends in whatever way, SIGKILL included, the pipe closes, and the watchdog
 * kills the service ($$, the shell that becomes it) and removes its folder ($1, empty for one to keep). Further
 * removals are for what the service wrote while it died.
 */
const WITH_WATCHDOG = `
( read -r _ <&3
  kill -9 $$
  [ -n "$1" ] && for _ in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$1"
    sleep 1
    [ -e "$1" ] || break
  done
) </dev/null >/dev/null 2>&1 &
shift
exec "$@" 3<&-`;

/**
 * Becomes another user before it becomes the service: the watchdog stays who this process is, and may remove the folder
 * wherever it lies. Of util-linux, which every Linux has.
 */
function as({ uid, gid }: ServiceUser): readonly string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
}

export interface Ending {
  /** Leaves the data folder where it is; it is the caller's from then on. */
  readonly keepData?: boolean;
}

/** A user of the operating system, by number. */
export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
}

/** One process in a process group of its own, which ends, and whose private folder goes, with this process. */
export class ServiceProcess {
  readonly pid: number;
  /** Settles when the process has ended and its log is complete: with its exit status, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #log = new BoundedLog(LOG_LIMIT);
  readonly #forget: () => void;
  #removesFolder: boolean;
  #hasExited = false;

  constructor(o: {
    command: string;
    commandArguments: readonly string[];
    folder: string;
    removesFolder: boolean;
    /** Whom it runs as; by default whom this process runs as. */
    user?: ServiceUser;
  }) {
    this.#folder = o.folder;
    this.#removesFolder = o.removesFolder;
    const became = o.user === undefined ? [] : as(o.user);
    const watched = [o.removesFolder ? o.folder : '', ...became, o.command, ...o.commandArguments];
    this.#child = spawn('/bin/sh', ['-c', WITH_WATCHDOG, 'service', ...watched], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const { pid } = this.#child;
    if (pid === undefined) {
      this.#child.on('error', () => undefined);
      throw new ServiceError('service-exited', `${o.command}: no process could be started`, {
        value: o.command,
      });
    }
    this.pid = pid;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log.append(text);
      });
    }
    this.exited = new Promise((resolve) => {
      this.#child.on('exit', () => {
        this.#hasExited = true;
        // The group's id cannot be taken by another process while the watchdog is in it.
        killGroup(pid);
      });
      // Comes after the last of the log has been read.
      this.#child.on('close', (status, signal) => {
        resolve(signal ?? status ?? 0);
      });
    });
    this.#forget = endWithThisProcess({
      endNow: () => {
        if (!this.#hasExited) killGroup(pid);
        if (this.#removesFolder)
          rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
      },
    });
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** The end of what the process has written to its standard output and error. */
  log(): string {
    return this.#log.toString();
  }

  lastLogLines(count: number): string {
    return this.#log.lastLines(count);
  }

  /** Asks the process to end (SIGTERM), and kills it when it has not after `graceMs`. */
  async terminate(graceMs: number, o: Ending = {}): Promise<void> {
    if (!this.#hasExited) this.#child.kill('SIGTERM');
    const timer = setTimeout(() => {
      if (!this.#hasExited) killGroup(this.pid);
    }, graceMs);
    await this.exited;
    clearTimeout(timer);
    await this.#clear(o);
  }

  /** SIGKILL: the process ends between two instructions, as in a power cut. */
  async kill(o: Ending = {}): Promise<void> {
    if (!this.#hasExited) killGroup(this.pid);
    await this.exited;
    await this.#clear(o);
  }

  async #clear(o: Ending): Promise<void> {
    if (o.keepData === true) this.#removesFolder = false;
    if (this.#removesFolder)
      await rm(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    this.#forget();
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: nothing of the group is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
