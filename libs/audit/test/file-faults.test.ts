import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
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
import { isLogError } from '../src/index.ts';
import {
  codeOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  temporaryFolder,
  temporaryPath,
} from './temporary-log.ts';

/** A closed log of so many entries. */
async function writtenLog(entries: number): Promise<string> {
  const path = temporaryPath();
  const log = await openTestLog(path, { clock: () => 1_700_000_000_000 });
  await log.append(eventsNumbered(entries));
  await log.close();
  return path;
}

/** Changes a closed log by SQL. */
async function tamperedLog(sql: string, entries = 300): Promise<string> {
  const path = await writtenLog(entries);
  using database = new DatabaseSync(path);
  database.exec(sql);
  return path;
}

/** Opens and checks a log: the codes or the failed checks, or `unharmed`. */
async function verdictOn(path: string): Promise<string> {
  try {
    const log = await openTestLog(path);
    const { ok, problems } = await log.check();
    await log.close();
    return ok ? 'unharmed' : [...new Set(problems.map((problem) => problem.check))].join();
  } catch (error) {
    if (isLogError(error)) return error.code;
    throw error;
  }
}

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
    expect(await verdictOn(await tamperedLog('PRAGMA user_version = 3'))).toBe('log-format');
  });

  it('is refused when its tables were changed, so that no trigger of another runs', async () => {
    const trigger = 'CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry WHERE idx = 0; END';
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
      const entries = [...log.read()].map((entry) => Buffer.from(entry.bytes).toString());
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
          expect([...read.read()].map((entry) => Buffer.from(entry.bytes).toString())).toEqual(entries);
          await read.close();
        }),
        { numRuns: 120, seed: 20_261_122 },
      );
      expect(harmed).toBeGreaterThan(60);
    },
  );
});

describe('a stored log that was changed', () => {
  it.each([
    [
      'a changed entry in the tail',
      "UPDATE entry SET bytes = CAST(replace(bytes, 'step', 'stop') AS BLOB) WHERE idx = 290",
      'log-corrupt',
    ],
    [
      'a changed leaf hash in the tail',
      'UPDATE entry SET leaf_hash = zeroblob(32) WHERE idx = 290',
      'log-corrupt',
    ],
    ['a missing last entry', 'DELETE FROM entry WHERE idx = 299', 'log-corrupt'],
    ['a missing entry in the tail', 'DELETE FROM entry WHERE idx = 270', 'log-corrupt'],
    [
      'an entry too many',
      'INSERT INTO entry SELECT 300, leaf_hash, bytes, checkpoint, seal FROM entry WHERE idx = 299',
      'log-corrupt',
    ],
    ['a missing checkpoint', 'UPDATE entry SET checkpoint = NULL WHERE idx = 299', 'log-corrupt'],
    ['a damaged checkpoint', "UPDATE entry SET checkpoint = 'x' WHERE idx = 299", 'log-corrupt'],
    [
      'a checkpoint that states another root',
      "UPDATE entry SET checkpoint = replace(checkpoint, char(10) || '0' || char(10), char(10) || '1' || char(10)) WHERE idx = 299",
      'log-corrupt',
    ],
    ['a missing seal', 'UPDATE entry SET seal = NULL WHERE idx = 299', 'log-corrupt'],
    ['a seal of another head', 'UPDATE entry SET seal = zeroblob(32) WHERE idx = 299', 'log-corrupt'],
    ['a cut seal', 'UPDATE entry SET seal = substr(seal, 1, 31) WHERE idx = 299', 'log-corrupt'],
    ['a missing tile', 'DELETE FROM tile WHERE level = 1', 'log-corrupt'],
    ['a changed tile', 'UPDATE tile SET hashes = zeroblob(32) WHERE level = 1', 'log-corrupt'],
    [
      'a tile of another type',
      'DELETE FROM tile WHERE level = 1; INSERT INTO tile VALUES (1, 0, zeroblob(31))',
      'log-corrupt',
    ],
    [
      'a changed entry behind a full tile',
      "UPDATE entry SET bytes = CAST(replace(bytes, 'step', 'stop') AS BLOB) WHERE idx = 11",
      'entry',
    ],
    [
      'a changed entry with its leaf hash',
      'UPDATE entry SET leaf_hash = (SELECT leaf_hash FROM entry WHERE idx = 12), bytes = (SELECT bytes FROM entry WHERE idx = 12) WHERE idx = 11',
      'entry',
    ],
    ['a missing entry', 'DELETE FROM entry WHERE idx = 11', 'entry'],
    ['a missing leaf tile', 'DELETE FROM tile WHERE level = 0', 'tile'],
    ['a changed leaf tile', 'UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0', 'tile'],
    ['a stream index without an event', "DELETE FROM stream_segment WHERE stream = 'swap/1'", 'stream'],
    [
      'a stream index of a stream that is none',
      "INSERT INTO stream_segment VALUES ('ghost', 1, x'000000000001')",
      'stream',
    ],
    [
      'a stream index in disorder',
      "UPDATE stream_segment SET indexes = x'000000000004000000000001' WHERE stream = 'swap/1'",
      'stream',
    ],
    [
      'a subject index that lies',
      "UPDATE subject_segment SET indexes = x'000000000001' WHERE subject = 'customer:2'",
      'stream,subject',
    ],
  ])('is told by its %s', async (_, sql, verdict) => {
    expect(await verdictOn(await tamperedLog(sql))).toBe(verdict);
  });

  it('is not read through an index that lies', async () => {
    const wrongEntry = "UPDATE stream_segment SET indexes = x'000000000001' WHERE stream = 'swap/0'";
    const wrongVersion = "UPDATE stream_segment SET first_version = 2 WHERE stream = 'swap/0'";
    const noEntry = "UPDATE stream_segment SET indexes = x'0000ffffffff' WHERE stream = 'swap/0'";
    const cutIndex = "UPDATE stream_segment SET indexes = x'00' WHERE stream = 'swap/0'";
    for (const sql of [wrongEntry, wrongVersion, noEntry, cutIndex]) {
      const log = await openTestLog(await tamperedLog(sql));
      expect(await codeOf(() => [...log.read({ stream: 'swap/0' })])).toBe('log-corrupt');
    }
    const subject = "UPDATE subject_segment SET indexes = x'000000000001' WHERE subject = 'customer:2'";
    const log = await openTestLog(await tamperedLog(subject));
    expect(await codeOf(() => [...log.read({ subject: 'customer:2' })])).toBe('log-corrupt');
  });

  it('is found out while it is read', async () => {
    const unlinked =
      'UPDATE entry SET leaf_hash = (SELECT leaf_hash FROM entry WHERE idx = 140), ' +
      'bytes = (SELECT bytes FROM entry WHERE idx = 140) WHERE idx = 139';
    const log = await openTestLog(await tamperedLog(unlinked));
    expect(await codeOf(() => [...log.read()])).toBe('log-corrupt');
    const leaf = createHash('sha256').update('\0{}').digest('hex');
    const noEntry = `UPDATE entry SET bytes = CAST('{}' AS BLOB), leaf_hash = x'${leaf}' WHERE idx = 5`;
    const notAnEntry = await openTestLog(await tamperedLog(noEntry));
    expect(await codeOf(() => [...notAnEntry.read({ from: 5, to: 6 })])).toBe('log-corrupt');
  });
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
