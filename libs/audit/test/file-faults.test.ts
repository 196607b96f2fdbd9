import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tamperedLog, verdictOn, writtenLog } from './tampered-log.ts';
import {
  codeOf,
  entriesOf,
  eventNumber,
  openTestLog,
  temporaryFolder,
  temporaryPath,
} from './temporary-log.ts';

describe('a file that is no whole log', () => {
  it('is refused when it is empty, text, a folder or in no folder', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'text'), 'not a database, but long enough to be taken for one '.repeat(100));
    mkdirSync(join(folder, 'folder'));
    expect(await verdictOn(join(folder, 'empty'))).toBe('log-corrupt');
    expect(await verdictOn(join(folder, 'text'))).toBe('log-corrupt');
    expect(await verdictOn(join(folder, 'folder'))).toBe('log-cannot-open');
    expect(await verdictOn(join(folder, 'missing', 'log'))).toBe('log-cannot-open');
    expect(await verdictOn(join(folder, 'text', 'log'))).toBe('log-cannot-open');
  });

  it('is refused when it is a database of another kind or of a later version', async () => {
    const path = temporaryPath();
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE t (a)');
    other.close();
    expect(await verdictOn(path)).toBe('log-format');
    expect(await verdictOn(await tamperedLog('PRAGMA user_version = 5'))).toBe('log-format');
  });

  it('is refused when its tables were changed, so that no trigger of another runs', async () => {
    const trigger =
      'CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry WHERE position = 1099511627776; END';
    expect(await verdictOn(await tamperedLog(trigger))).toBe('log-corrupt');
    expect(await verdictOn(await tamperedLog('CREATE VIEW v AS SELECT 1'))).toBe('log-corrupt');
    expect(await verdictOn(await tamperedLog('DROP TABLE tile'))).toBe('log-corrupt');
  });

  it('is refused when only its write-ahead log is left', async () => {
    const path = temporaryPath();
    writeFileSync(`${path}-wal`, 'left over');
    expect(await verdictOn(path)).toBe('log-corrupt');
  });

  it('is refused, wherever pages were cut off', async () => {
    const path = await writtenLog(300);
    const { size } = statSync(path);
    for (const length of [
      1,
      15,
      100,
      512,
      8191,
      8192,
      16384,
      Math.floor(size / 2),
      size - 8192,
      size - 4096,
    ]) {
      const copy = `${path}.cut-${length}`;
      copyFileSync(path, copy);
      truncateSync(copy, length);
      expect([length, await verdictOn(copy)]).not.toEqual([length, 'unharmed']);
    }
  });

  it(
    'is never read as other entries than were written, whatever bits are flipped',
    { timeout: 240_000 },
    async () => {
      const path = await writtenLog(300);
      const original = readFileSync(path);
      const log = await openTestLog(path);
      const entries = (await entriesOf(log)).map((entry) => Buffer.from(entry.bytes).toString());
      await log.close();
      const copy = `${path}.flipped`;
      let harmed = 0;
      await fc.assert(
        fc.asyncProperty(fc.nat(original.length - 1), fc.nat(7), async (offset, bit) => {
          const flipped = Buffer.from(original);
          flipped[offset] = (flipped[offset] ?? 0) ^ (1 << bit);
          for (const suffix of ['', '-wal', '-journal']) rmSync(`${copy}${suffix}`, { force: true });
          writeFileSync(copy, flipped);
          if ((await verdictOn(copy)) !== 'unharmed') {
            harmed += 1;
            return;
          }
          const read = await openTestLog(copy);
          expect((await entriesOf(read)).map((entry) => Buffer.from(entry.bytes).toString())).toEqual(
            entries,
          );
          await read.close();
        }),
        { numRuns: 120, seed: 20_261_122 },
      );
      expect(harmed).toBeGreaterThan(60);
    },
  );
});

describe('a full log', () => {
  it('refuses with log-full, keeps what it acknowledged, and goes on when an event fits', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path, { maxBytes: 1_048_576 });
    const large = { stream: 's', type: 't', body: 'x'.repeat(200_000) };
    let acknowledged = 0;
    let code = 'no error';
    while (code === 'no error') {
      code = await codeOf(() => log.append(large));
      if (code === 'no error') acknowledged += 1;
    }
    expect(code).toBe('log-full');
    expect(acknowledged).toBeGreaterThanOrEqual(3);
    expect(log.size).toBe(acknowledged);
    expect(await codeOf(() => log.append(Array(4).fill(large)))).toBe('log-full');
    expect((await log.append({ ...large, body: 'small' })).index).toBe(acknowledged);
    await log.close();
    const again = await openTestLog(path);
    expect(await again.check()).toEqual({ ok: true, entries: acknowledged + 1, problems: [] });
    await again.append(large);
  });
});

describe('a write that the operating system refuses', () => {
  it.skipIf(process.platform === 'win32')(
    'makes the log unusable until it is opened again, and loses nothing acknowledged',
    async () => {
      const path = temporaryPath();
      await (await openTestLog(path)).close();
      // A limit on file size fails the commit itself, in the write-ahead log, as a failing disk would.
      const child = spawnSync(
        'sh',
        [
          '-c',
          'trap "" XFSZ; ulimit -f 600; exec "$0" --conditions=@bitcoin-enterprise/source "$1" "$2"',
          process.execPath,
          join(import.meta.dirname, 'appending-process.ts'),
          path,
        ],
        { encoding: 'utf8', input: 'until-error' },
      );
      const lines = child.stdout.trim().split('\n');
      const acknowledged = lines.filter((line) => /^\d+$/.test(line)).length;
      expect(lines.slice(-2)).toEqual(['log-io', 'log-unusable']);
      expect(acknowledged).toBeGreaterThan(10);
      const log = await openTestLog(path);
      expect(log.size).toBeGreaterThanOrEqual(acknowledged);
      expect((await log.check()).ok).toBe(true);
      expect((await log.append(eventNumber(0))).index).toBe(log.size - 1);
    },
  );
});
