import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  openFilePin,
  openLog,
  openSqliteStore,
  restoreLog,
  type LogStore,
  type TaskProgress,
} from '../src/index.ts';
import {
  codeOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  ORIGIN,
  SIGNER,
  temporaryFolder,
  temporaryPath,
} from './temporary-log.ts';

const OPTIONS = { origin: ORIGIN, signer: SIGNER };

describe('a backup', () => {
  it('is made while the log goes on, is proven whole, and restores to the same log', async () => {
    const folder = temporaryFolder();
    const log = await openTestLog(join(folder, 'log'));
    await log.append(eventsNumbered(1200));
    const seen: TaskProgress[] = [];
    const [report] = await Promise.all([
      log.backup(join(folder, 'backup'), (progress) => seen.push(progress)),
      log.append(eventsNumbered(5, 1200)),
    ]);
    expect(report.size).toBeGreaterThanOrEqual(1200);
    expect(report.sha256).toBe(createHash('sha256').update(readFileSync(report.path)).digest('hex'));
    expect(new Set(seen.map(({ unit }) => unit))).toEqual(new Set(['pages', 'entries']));
    expect(seen.every(({ done, total }) => done <= total)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['backup', 'log', 'log-wal']);
    if (process.platform !== 'win32') expect(statSync(report.path).mode & 0o777).toBe(0o600);
    await log.close();
    const pinned = { ...OPTIONS, pinnedCheckpoint: report.checkpoint };
    const restored = await restoreLog(report.path, join(folder, 'restored'), pinned);
    expect(restored.size).toBe(report.size);
    const again = await openTestLog(restored.path);
    expect((await again.check()).ok).toBe(true);
    await again.append(eventNumber(7));
  });

  it('replaces no file, and leaves nothing behind where it fails', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    await log.append(eventsNumbered(3));
    writeFileSync(`${path}.other`, 'mine');
    expect(await codeOf(() => log.backup(`${path}.other`))).toBe('backup-refused');
    expect(readFileSync(`${path}.other`, 'utf8')).toBe('mine');
    expect(await codeOf(() => log.backup(join(path, 'inside')))).toMatch(/ENOTDIR|log-cannot-open/u);
    expect(readdirSync(dirname(path)).filter((name) => name.includes('.new-'))).toEqual([]);
  });

  it('is refused where the copy is damaged, and where the store has no files', async () => {
    const path = temporaryPath();
    const store = openSqliteStore(path);
    const log = await openLog(store, OPTIONS);
    await log.append(eventsNumbered(300));
    await log.close();
    const cut = await openLog(
      withCopyTo(store, async (copy) => {
        const donor = temporaryPath();
        const other = await openTestLog(donor);
        await other.append(eventsNumbered(10));
        await other.close();
        copyFileSync(donor, copy);
      }),
      OPTIONS,
    );
    expect(await codeOf(() => cut.backup(`${path}.backup`))).toBe('backup-refused');
    expect(existsSync(`${path}.backup`)).toBe(false);
    await cut.close();
    const remote = await openLog(withCopyTo(store, undefined), OPTIONS);
    expect(await codeOf(() => remote.backup(`${path}.backup`))).toBe('backup-refused');
    await remote.close();
    await store.close();
  });
});

describe('a restore', () => {
  it('is refused over a log, without a backup, and from a damaged one', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    await log.append(eventsNumbered(300));
    const { path: backup } = await log.backup(`${path}.backup`);
    expect(await codeOf(() => restoreLog(backup, path, OPTIONS))).toBe('backup-refused');
    expect(await codeOf(() => restoreLog(`${backup}.no`, `${path}.2`, OPTIONS))).toBe('backup-refused');
    const bytes = readFileSync(backup);
    const at = bytes.indexOf('"position":11}');
    bytes.write('"position":17}', at);
    writeFileSync(`${backup}.bad`, bytes);
    expect(await codeOf(() => restoreLog(`${backup}.bad`, `${path}.2`, OPTIONS))).toBe('backup-refused');
    expect(existsSync(`${path}.2`)).toBe(false);
  });

  it('does not take back what a pin says was acknowledged', async () => {
    const folder = temporaryFolder();
    const pin = await openFilePin(join(folder, 'pin'));
    const log = await openTestLog(join(folder, 'log'), { pin });
    await log.append(eventsNumbered(10));
    const { path: backup } = await log.backup(join(folder, 'backup'));
    await log.append(eventNumber(10));
    await log.close();
    const target = join(folder, 'restored');
    expect(await codeOf(() => restoreLog(backup, target, { ...OPTIONS, pin }))).toBe('log-rolled-back');
    expect(existsSync(target)).toBe(false);
    await pin.close();
  });
});

/** A store whose logs are copied otherwise. */
function withCopyTo(store: LogStore, copyTo: ((path: string) => Promise<void>) | undefined): LogStore {
  return {
    origins: () => store.origins(),
    close: () => undefined,
    open: async (origin, first) => {
      const records = await store.open(origin, first);
      return new Proxy(records, {
        get(target, name) {
          if (name === 'copyTo') return copyTo;
          const member: unknown = Reflect.get(target, name, target);
          return typeof member === 'function' ? (member.bind(target) as unknown) : member;
        },
      });
    },
  };
}
