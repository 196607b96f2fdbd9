import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { CheckpointSigner } from '../src/checkpoint/signed-note.ts';
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

/** The key of the other tests, whose asynchronous signatures are made by `answer`. */
function signerThat(answer: (message: Uint8Array) => Promise<Uint8Array>): CheckpointSigner {
  return { publicKey: SIGNER.publicKey, sign: (message) => SIGNER.sign(message), signAsync: answer };
}

function sizeOf(checkpoint: string): number | undefined {
  const note = openNote(checkpoint, ORIGIN, SIGNER.publicKey);
  return note.ok ? readCheckpoint(note.text)?.size : undefined;
}

describe('a log whose signer signs while it syncs', () => {
  it('acknowledges an event only when its checkpoint is signed', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
    const signer = signerThat((message) => gate.then(() => SIGNER.sign(message)));
    const log = await openTestLog(temporaryPath(), { signer });
    const appending = log.append(eventNumber(0));
    let acknowledged = false;
    const told = appending.then(() => {
      acknowledged = true;
    });
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    expect([acknowledged, log.size]).toEqual([false, 0]);
    open(undefined);
    await told;
    expect(sizeOf((await appending).checkpoint)).toBe(1);
  });

  it.each([
    ['refuses later', () => Promise.reject(new Error('the key is away'))],
    ['gives no signature', () => Promise.resolve(new Uint8Array(63))],
  ])(
    'is unusable once the signer %s, and signs what is durable when it is opened again',
    async (_, answer) => {
      const path = temporaryPath();
      let sign = (message: Uint8Array): Promise<Uint8Array> => SIGNER.signAsync(message);
      const log = await openTestLog(path, { signer: signerThat((message) => sign(message)) });
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
    },
  );

  it('records nothing when the signer refuses at once, and goes on when it can', async () => {
    let refuses = false;
    const signer = signerThat((message) => {
      if (refuses) throw new Error('the key is away');
      return SIGNER.signAsync(message);
    });
    const log = await openTestLog(temporaryPath(), { signer });
    refuses = true;
    expect(await codeOf(() => log.append(eventNumber(0)))).toBe('signer-failed');
    refuses = false;
    expect((await log.append(eventNumber(0))).index).toBe(0);
  });

  it('has the same checkpoint when it is opened again', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    const { checkpoint } = await log.append(eventNumber(0));
    await log.close();
    expect((await openTestLog(path)).checkpoint()).toBe(checkpoint);
  });

  it('refuses a signer that signs differently each time, from whose signatures no key follows', async () => {
    let calls = 0;
    const signer = {
      publicKey: SIGNER.publicKey,
      sign: (message: Uint8Array) => SIGNER.sign(message).map((byte) => byte ^ (calls += 1)),
    };
    expect(await codeOf(() => openTestLog(temporaryPath(), { signer }))).toBe('signer-failed');
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
