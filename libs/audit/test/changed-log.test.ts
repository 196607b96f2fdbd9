import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openNote, readCheckpoint } from '../src/index.ts';
import { tamperedLog, verdictOn } from './tampered-log.ts';
import { codeOf, entriesOf, openTestLog, ORIGIN, SIGNER, temporaryPath } from './temporary-log.ts';

describe('a stored log that was changed', () => {
  it.each([
    [
      'a changed entry in the tail',
      "UPDATE entry SET bytes = CAST(replace(bytes, 'step', 'stop') AS BLOB) WHERE position = 1099511628066",
      'log-corrupt',
    ],
    [
      'a changed leaf hash in the tail',
      'UPDATE entry SET leaf_hash = zeroblob(32) WHERE position = 1099511628066',
      'log-corrupt',
    ],
    ['a missing last entry', 'DELETE FROM entry WHERE position = 1099511628075', 'log-corrupt'],
    ['a missing entry in the tail', 'DELETE FROM entry WHERE position = 1099511628046', 'log-corrupt'],
    [
      'an entry too many',
      'INSERT INTO entry SELECT position + 1, leaf_hash, bytes, checkpoint, seal FROM entry WHERE position = 1099511628075',
      'log-corrupt',
    ],

    [
      'a damaged checkpoint',
      "UPDATE entry SET checkpoint = 'x' WHERE position = 1099511628075",
      'log-corrupt',
    ],
    [
      'a checkpoint that states another root',
      "UPDATE entry SET checkpoint = replace(checkpoint, char(10) || '300' || char(10), char(10) || '299' || char(10)) WHERE position = 1099511628075",
      'log-corrupt',
    ],
    ['a log of another name', "UPDATE log SET origin = 'example.com/other'", 'log-wrong-origin'],
    ['a missing seal', 'UPDATE entry SET seal = NULL WHERE position = 1099511628075', 'log-corrupt'],
    [
      'a seal of another head',
      'UPDATE entry SET seal = zeroblob(32) WHERE position = 1099511628075',
      'log-corrupt',
    ],
    [
      'a cut seal',
      'UPDATE entry SET seal = substr(seal, 1, 31) WHERE position = 1099511628075',
      'log-corrupt',
    ],
    ['a missing tile', 'DELETE FROM tile WHERE level = 1', 'log-corrupt'],
    ['a changed tile', 'UPDATE tile SET hashes = zeroblob(32) WHERE level = 1', 'log-corrupt'],
    [
      'a tile of another type',
      'DELETE FROM tile WHERE level = 1; INSERT INTO tile VALUES (1, 1, 0, zeroblob(31))',
      'log-corrupt',
    ],
    [
      'a changed entry behind a full tile',
      "UPDATE entry SET bytes = CAST(replace(bytes, 'step', 'stop') AS BLOB) WHERE position = 1099511627787",
      'entry',
    ],
    [
      'a changed entry with its leaf hash',
      'UPDATE entry SET leaf_hash = (SELECT leaf_hash FROM entry WHERE position = 1099511627788), bytes = (SELECT bytes FROM entry WHERE position = 1099511627788) WHERE position = 1099511627787',
      'entry',
    ],
    ['a missing entry', 'DELETE FROM entry WHERE position = 1099511627787', 'entry'],
    ['a missing leaf tile', 'DELETE FROM tile WHERE level = 0', 'tile'],
    ['a changed leaf tile', 'UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0', 'tile'],
    ['a stream index without an event', "DELETE FROM stream_segment WHERE stream = 'swap/1'", 'stream'],
    [
      'a stream index of a stream that is none',
      "INSERT INTO stream_segment VALUES (1, 'ghost', 1, x'000000000001')",
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
    ['a missing key', "DELETE FROM idempotency_key WHERE key = 'key 7'", 'stream,key'],
    ['a key of another entry', "UPDATE idempotency_key SET idx = 8 WHERE key = 'key 7'", 'key'],
    ['a key of no entry', "UPDATE idempotency_key SET idx = 7000 WHERE key = 'key 7'", 'key'],
    ['another key', "UPDATE idempotency_key SET key = 'other' WHERE key = 'key 7'", 'key'],
    ['a key too many', "INSERT INTO idempotency_key VALUES (1, 'ghost', 7)", 'stream'],
    [
      'a key that went to another log',
      "UPDATE idempotency_key SET log = 2 WHERE key = 'key 7'",
      'stream,key',
    ],
    [
      'a version beyond whole numbers',
      "UPDATE stream_segment SET first_version = 1152921504606846976 WHERE stream = 'swap/1'",
      'stream',
    ],
  ])('is told by its %s', async (_, sql, verdict) => {
    expect(await verdictOn(await tamperedLog(sql))).toBe(verdict);
  });

  it.each([
    ['the last stored checkpoint', 'UPDATE entry SET checkpoint = NULL WHERE position = 1099511628075'],
    ['every stored checkpoint but that of the empty log', 'UPDATE entry SET checkpoint = NULL'],
  ])('is unharmed without %s, which the seal stands for', async (_, sql) => {
    const path = await tamperedLog(sql);
    expect(await verdictOn(path)).toBe('unharmed');
    const log = await openTestLog(path);
    const signed = openNote(await log.checkpoint(), ORIGIN, SIGNER.publicKey);
    expect(signed.ok && readCheckpoint(signed.text)?.size).toBe(300);
  });

  it('is told by the checkpoint of the empty log, as long as none other is stored', async () => {
    const damaged = "UPDATE log SET checkpoint = 'x'";
    expect(await verdictOn(await tamperedLog(damaged))).toBe('unharmed');
    expect(await verdictOn(await tamperedLog(`${damaged}; UPDATE entry SET checkpoint = NULL`))).toBe(
      'log-corrupt',
    );
    expect(await verdictOn(await tamperedLog(damaged, 0))).toBe('log-corrupt');
    const forged =
      "UPDATE log SET checkpoint = replace(checkpoint, char(10) || '0' || char(10), char(10) || '1' || char(10))";
    expect(await verdictOn(await tamperedLog(forged, 0))).toBe('log-corrupt');
  });

  it.each([
    ['lost its name', 'DELETE FROM log'],
    ['got another number', 'UPDATE log SET id = 2'],
    ['lost a log before it', "INSERT INTO log VALUES (3, 'example.com/third', 'x')"],
  ])('is not taken for an empty one when it %s', async (_, sql) => {
    const path = await tamperedLog(sql);
    expect(await codeOf(() => openTestLog(path))).toBe('log-corrupt');
  });

  it('answers no repeated event through an index of keys that lies', async () => {
    const event = { stream: 's', type: 't', body: 1 };
    const path = temporaryPath();
    const log = await openTestLog(path);
    await log.append(Array.from({ length: 300 }, (_, at) => ({ ...event, idempotencyKey: `key ${at}` })));
    await log.close();
    const database = new DatabaseSync(path);
    database.exec("UPDATE idempotency_key SET idx = 8 WHERE key = 'key 7'");
    database.close();
    const again = await openTestLog(path);
    // Entry 8 says the same, under its own key.
    expect(await codeOf(() => again.append({ ...event, idempotencyKey: 'key 7' }))).toBe('log-corrupt');
    expect((await again.append({ ...event, idempotencyKey: 'key 8' })).index).toBe(8);
    expect(again.size).toBe(300);
  });

  it('is not read through an index that lies', async () => {
    const wrongEntry = "UPDATE stream_segment SET indexes = x'000000000001' WHERE stream = 'swap/0'";
    const wrongVersion = "UPDATE stream_segment SET first_version = 2 WHERE stream = 'swap/0'";
    const noEntry = "UPDATE stream_segment SET indexes = x'0000ffffffff' WHERE stream = 'swap/0'";
    const tooLarge = "UPDATE stream_segment SET first_version = 1152921504606846976 WHERE stream = 'swap/0'";
    const cutIndex = "UPDATE stream_segment SET indexes = x'00' WHERE stream = 'swap/0'";
    for (const sql of [wrongEntry, wrongVersion, tooLarge, noEntry, cutIndex]) {
      const log = await openTestLog(await tamperedLog(sql));
      expect(await codeOf(() => entriesOf(log, { stream: 'swap/0' }))).toBe('log-corrupt');
    }
    const subject = "UPDATE subject_segment SET indexes = x'000000000001' WHERE subject = 'customer:2'";
    const log = await openTestLog(await tamperedLog(subject));
    expect(await codeOf(() => entriesOf(log, { subject: 'customer:2' }))).toBe('log-corrupt');
  });

  it('is found out while it is read', async () => {
    const unlinked =
      'UPDATE entry SET leaf_hash = (SELECT leaf_hash FROM entry WHERE position = 1099511627916), ' +
      'bytes = (SELECT bytes FROM entry WHERE position = 1099511627916) WHERE position = 1099511627915';
    const log = await openTestLog(await tamperedLog(unlinked));
    expect(await codeOf(() => entriesOf(log))).toBe('log-corrupt');
    const leaf = createHash('sha256').update('\0{}').digest('hex');
    const noEntry = `UPDATE entry SET bytes = CAST('{}' AS BLOB), leaf_hash = x'${leaf}' WHERE position = 1099511627781`;
    const notAnEntry = await openTestLog(await tamperedLog(noEntry));
    expect(await codeOf(() => entriesOf(notAnEntry, { from: 5, to: 6 }))).toBe('log-corrupt');
  });
});
