import { randomUUID } from 'node:crypto';
import { constants, copyFileSync, existsSync, linkSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LogError } from '../log-error.ts';
import type { LogOptions } from '../log/log.ts';
import { openLog } from '../log/open-log.ts';
import { syncFolder } from '../store/sync-folder.ts';

/** What was restored. */
export interface RestoreReport {
  readonly path: string;
  readonly size: number;
  readonly checkpoint: string;
}

/**
 * Puts a backup in the place of a log that is gone, after it was opened and read whole. With a pin, or a pinned
 * checkpoint, a backup that lacks anything which was acknowledged is refused: an older state under the same origin and key
 * would be a second history. Its entries can still be read from the backup itself.
 *
 * @throws LogError `backup-refused` where there is a log at `path`, or the backup is damaged; `log-rolled-back` where it
 * lacks entries, with both sizes; and whatever `openLog` throws
 */
export async function restoreLog(backup: string, path: string, options: LogOptions): Promise<RestoreReport> {
  const target = resolve(path);
  for (const file of [target, `${target}-wal`]) {
    if (!existsSync(file)) continue;
    throw new LogError('backup-refused', 'there is a log already: a restore replaces none', { value: file });
  }
  if (!existsSync(backup)) throw new LogError('backup-refused', 'there is no such backup', { value: backup });
  const draft = `${target}.new-${randomUUID()}`;
  try {
    copyFileSync(backup, draft, constants.COPYFILE_EXCL);
    const restored = await check(draft, options);
    linkSync(draft, target);
    syncFolder(dirname(target));
    return { path: target, ...restored };
  } finally {
    for (const suffix of ['', '-wal', '-journal']) rmSync(`${draft}${suffix}`, { force: true });
  }
}

async function check(path: string, options: LogOptions): Promise<{ size: number; checkpoint: string }> {
  const log = await openLog(path, options);
  try {
    const { ok, problems } = await log.check();
    if (!ok) {
      throw new LogError('backup-refused', 'the backup is damaged', {
        value: problems.map(({ detail }) => detail).join('; '),
      });
    }
    return { size: log.size, checkpoint: await log.checkpoint() };
  } finally {
    // Closing writes everything back into the one file that is linked.
    await log.close();
  }
}
