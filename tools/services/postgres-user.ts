import { runCommand } from './run-command.ts';
import { ServiceError } from './service-error.ts';
import type { ServiceUser } from './service-process.ts';

/**
 * Whom PostgreSQL runs as where this process is root, which it refuses to run as: `nobody`, since it must be a user that
 * the system knows by name. `undefined` where this process is not root.
 *
 * @throws ServiceError `service-not-executable`
 */
export async function unprivilegedUser(): Promise<ServiceUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([idOf('-u'), idOf('-g')]);
  return { uid, gid };
}

/** Whether a user may run a program: every folder above it has to let that user through. */
export async function mayRun(user: ServiceUser, program: string): Promise<boolean> {
  const { status } = await runCommand('/bin/sh', ['-c', 'test -x "$1"', 'test', program], { user });
  return status === 0;
}

async function idOf(option: '-u' | '-g'): Promise<number> {
  const { status, stdout, stderr } = await runCommand('id', [option, 'nobody']);
  const id = Number(stdout.trim() || Number.NaN);
  if (status === 0 && Number.isInteger(id)) return id;
  throw new ServiceError('service-not-executable', `PostgreSQL does not run as root, and: ${stderr.trim()}`, {
    value: 'root',
    limit: 'another user, or a user nobody',
  });
}
