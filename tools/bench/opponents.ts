import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs the opponents from the lockfile in `folder`, unless what it names is installed already. Opponents have a
 * lockfile of their own so that a user of the suite never installs them; their install scripts do not run.
 */
export function installOpponents(folder: string): void {
  const stamp = join(folder, 'node_modules', '.setup-stamp');
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('bench: installing the opponents that their lockfile names …');
  rmSync(stamp, { force: true });
  const windows = process.platform === 'win32';
  const { status, error } = spawnSync(windows ? 'npm.cmd' : 'npm', ['ci', '--ignore-scripts'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: windows,
  });
  if (status !== 0)
    throw new Error(`npm ci of the opponents ended with ${error?.message ?? `status ${String(status)}`}`);
  writeFileSync(stamp, wanted);
}
