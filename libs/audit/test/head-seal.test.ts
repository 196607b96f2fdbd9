import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { HeadSeal } from '../src/checkpoint/head-seal.ts';
import { openNote, readCheckpoint } from '../src/index.ts';
import {
  codeOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  ORIGIN,
  SIGNER,
  temporaryPath,
} from './temporary-log.ts';

function sizeOf(checkpoint: string): number | undefined {
  const note = openNote(checkpoint, ORIGIN, SIGNER.publicKey);
  return note.ok ? readCheckpoint(note.text)?.size : undefined;
}

describe('a head that was sealed before it was signed', () => {
  it.each([
    [
      'refuses',
      () => {
        throw new Error('the key is away');
      },
    ],
    ['gives no signature', () => new Uint8Array(63)],
  ])('is signed when the log is opened again, after a signer that %s', async (_, answer) => {
    const path = temporaryPath();
    let sign = (message: Uint8Array): Uint8Array => SIGNER.sign(message);
    const signer = { publicKey: SIGNER.publicKey, sign: (message: Uint8Array) => sign(message) };
    const log = await openTestLog(path, { signer });
    await log.append(eventsNumbered(3));
    sign = answer;
    expect(await codeOf(() => log.append(eventNumber(3)))).toBe('signer-failed');
    expect(await codeOf(() => log.append(eventNumber(4)))).toBe('log-unusable');
    expect([log.size, sizeOf(log.checkpoint())]).toEqual([3, 3]);
    await log.close();
    const again = await openTestLog(path);
    expect([again.size, sizeOf(again.checkpoint())]).toEqual([4, 4]);
    await again.append(eventNumber(4));
    expect(await again.check()).toEqual({ ok: true, entries: 5, problems: [] });
  });

  it('has the same checkpoint when it is opened again', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    const { checkpoint } = await log.append(eventNumber(0));
    await log.close();
    expect((await openTestLog(path)).checkpoint()).toBe(checkpoint);
  });

  it('needs a signer that gives the same signature each time, or no key would follow from it', async () => {
    let calls = 0;
    const sign = (message: Uint8Array): Uint8Array => SIGNER.sign(message).map((byte) => byte ^ calls);
    const signer = {
      publicKey: SIGNER.publicKey,
      sign: (message: Uint8Array) => {
        calls += 1;
        return sign(message);
      },
    };
    expect(await codeOf(() => new HeadSeal(ORIGIN, signer))).toBe('signer-failed');
  });
});

describe('whoever holds the file and not the key', () => {
  /** A log of two commits, closed, and its rows as they were after the first. */
  async function twoCommits(): Promise<{ path: string; firstSeal: unknown }> {
    const path = temporaryPath();
    const log = await openTestLog(path);
    await log.append(eventNumber(0));
    await log.append(eventNumber(1));
    await log.close();
    using database = new DatabaseSync(path);
    return { path, firstSeal: database.prepare('SELECT seal FROM entry WHERE idx = 0').get()?.seal };
  }

  it('cannot extend the log, though the entry continues the chain', async () => {
    const { path } = await twoCommits();
    const database = new DatabaseSync(path);
    const last = database.prepare('SELECT * FROM entry WHERE idx = 1').get();
    const bytes = Buffer.from(last?.bytes as Uint8Array).toString();
    const forged = bytes
      .replace('"index":1', '"index":2')
      .replace(
        /(?<="previous":\{"\$hex":")[0-9a-f]+/u,
        Buffer.from(last?.leaf_hash as Uint8Array).toString('hex'),
      );
    expect(forged).not.toBe(bytes);
    const leafHash = createHash('sha256').update(`\0${forged}`).digest();
    const insert = database.prepare('INSERT INTO entry VALUES (2, ?, ?, ?, ?)');
    insert.run(leafHash, Buffer.from(forged), last?.checkpoint ?? null, last?.seal ?? null);
    database.close();
    // The entry itself is in order: only the seal is missing.
    await expect(openTestLog(path)).rejects.toThrow('the root that was signed or sealed');
  });

  it('cannot put the seal of an earlier commit on a later one', async () => {
    const { path, firstSeal } = await twoCommits();
    const database = new DatabaseSync(path);
    database.prepare('UPDATE entry SET seal = ? WHERE idx = 1').run(firstSeal as Uint8Array);
    database.close();
    expect(await codeOf(() => openTestLog(path))).toBe('log-corrupt');
  });
});
