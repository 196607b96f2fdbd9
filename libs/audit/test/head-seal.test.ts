import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { HeadSeal } from '../src/checkpoint/head-seal.ts';
import { openLog, verifyBundle, type CheckpointPin, type CheckpointSigner } from '../src/index.ts';
import { TRUST } from './bundle-tampering.ts';
import { turn } from './remote-store.ts';
import {
  codeOf,
  entriesOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  openTestPin,
  ORIGIN,
  SIGNER,
  sizeOf,
  temporaryPath,
} from './temporary-log.ts';

type Sign = CheckpointSigner['sign'];

/** A signer that can be taken away. */
function takenAway(): { signer: CheckpointSigner; become: (sign: Sign) => void } {
  let sign: Sign = (message) => SIGNER.sign(message);
  return {
    signer: { publicKey: SIGNER.publicKey, sign: (message) => sign(message) },
    become(other) {
      sign = other;
    },
  };
}

const AWAY: readonly (readonly [string, Sign])[] = [
  [
    'refuses',
    () => {
      throw new Error('the key is away');
    },
  ],
  ['gives no signature', () => new Uint8Array(63)],
  ['rejects', () => Promise.reject(new Error('the token is away'))],
  ['resolves with no signature', () => Promise.resolve(new Uint8Array(65))],
];

describe('a log whose signer is away', () => {
  it.each(AWAY)('goes on, and is signed when it is opened again, after one that %s', async (_, sign) => {
    const path = temporaryPath();
    const { signer, become } = takenAway();
    const log = await openLog(path, { origin: ORIGIN, signer });
    await log.append(eventsNumbered(3));
    expect(sizeOf(await log.checkpoint())).toBe(3);
    become(sign);
    expect((await log.append(eventNumber(3))).index).toBe(3);
    // Beyond a full tile as well, where a signature is due.
    await log.append(eventsNumbered(300, 4));
    expect(await codeOf(() => log.checkpoint())).toBe('signer-failed');
    expect(await codeOf(() => log.exportBundle().bytes())).toBe('signer-failed');
    expect((await log.append(eventNumber(304))).index).toBe(304);
    expect(await entriesOf(log)).toHaveLength(305);
    expect(await log.check()).toEqual({ ok: true, entries: 305, problems: [] });
    expect(await codeOf(() => openLog(path, { origin: ORIGIN, signer: SIGNER }))).toBe('log-locked');
    await expect(log.close()).rejects.toMatchObject({ code: 'signer-failed' });
    expect(await codeOf(() => openTestLog(path, { signer }))).toBe('signer-failed');
    const again = await openTestLog(path);
    expect([again.size, sizeOf(await again.checkpoint())]).toEqual([305, 305]);
    await again.append(eventNumber(305));
    expect(await again.check()).toEqual({ ok: true, entries: 306, problems: [] });
    expect(sizeOf(await again.checkpoint())).toBe(306);
  });

  it('is signed by the same opened log once the signer is back', async () => {
    const { signer, become } = takenAway();
    const log = await openTestLog(temporaryPath(), { signer });
    become(() => new Uint8Array(63));
    await log.append(eventsNumbered(2));
    expect(await codeOf(() => log.checkpoint())).toBe('signer-failed');
    become((message) => SIGNER.sign(message));
    expect(sizeOf(await log.checkpoint())).toBe(2);
  });

  it.each(AWAY)('with a pin refuses an append, and is unusable after a signer that %s', async (_, sign) => {
    const path = temporaryPath();
    const pins: string[] = [];
    const pin: CheckpointPin = {
      latest: () => Promise.resolve(pins.at(-1)),
      pin: (checkpoint) => {
        pins.push(checkpoint);
        return Promise.resolve();
      },
    };
    const { signer, become } = takenAway();
    const log = await openTestLog(path, { signer, pin });
    await log.append(eventsNumbered(3));
    become(sign);
    expect(await codeOf(() => log.append(eventNumber(3)))).toBe('signer-failed');
    become((message) => SIGNER.sign(message));
    expect(await codeOf(() => log.append(eventNumber(4)))).toBe('log-unusable');
    expect([log.size, sizeOf(await log.checkpoint()), sizeOf(pins.at(-1))]).toEqual([3, 3, 3]);
    await log.close();
    const again = await openTestLog(path, { pin });
    expect([again.size, sizeOf(await again.checkpoint()), sizeOf(pins.at(-1))]).toEqual([4, 4, 4]);
    await again.append(eventNumber(4));
    expect(await again.check()).toEqual({ ok: true, entries: 5, problems: [] });
  });
});

describe('a signer that takes its time', () => {
  it('signs what appends, bundles, pins and closing need', async () => {
    const path = temporaryPath();
    const slow: CheckpointSigner = {
      publicKey: SIGNER.publicKey,
      sign: async (message) => {
        await turn();
        return SIGNER.sign(message);
      },
    };
    const pin = await openTestPin(`${path}.pin`);
    for (const options of [{ signer: slow }, { signer: slow, pin }, { signer: SIGNER, pin }]) {
      const log = await openTestLog(path, options);
      const first = log.size;
      await Promise.all(eventsNumbered(9, first).map((event) => log.append(event)));
      expect(sizeOf(await log.checkpoint())).toBe(first + 9);
      expect(verifyBundle(await log.exportBundle().bytes(), TRUST)).toMatchObject({
        ok: true,
        treeSize: first + 9,
      });
      await log.close();
    }
    expect(sizeOf(await pin.latest())).toBe(27);
  });
});

describe('a head that was sealed', () => {
  it('has the same checkpoint when it is opened again', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    await log.append(eventNumber(0));
    const checkpoint = await log.checkpoint();
    await log.close();
    expect(await (await openTestLog(path)).checkpoint()).toBe(checkpoint);
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
    expect(await codeOf(() => HeadSeal.of(ORIGIN, signer))).toBe('signer-failed');
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
    return {
      path,
      firstSeal: database.prepare('SELECT seal FROM entry WHERE position = 1099511627776').get()?.seal,
    };
  }

  it('cannot extend the log, though the entry continues the chain', async () => {
    const { path } = await twoCommits();
    const database = new DatabaseSync(path);
    const last = database.prepare('SELECT * FROM entry WHERE position = 1099511627777').get();
    const bytes = Buffer.from(last?.bytes as Uint8Array).toString();
    const forged = bytes
      .replace('"index":1', '"index":2')
      .replace(
        /(?<="previous":\{"\$hex":")[0-9a-f]+/u,
        Buffer.from(last?.leaf_hash as Uint8Array).toString('hex'),
      );
    expect(forged).not.toBe(bytes);
    const leafHash = createHash('sha256').update(`\0${forged}`).digest();
    const insert = database.prepare('INSERT INTO entry VALUES (1099511627778, ?, ?, ?, ?)');
    insert.run(leafHash, Buffer.from(forged), last?.checkpoint ?? null, last?.seal ?? null);
    database.close();
    // The entry itself is in order: only the seal is missing.
    await expect(openTestLog(path)).rejects.toThrow('the root that was signed or sealed');
  });

  it('cannot put the seal of an earlier commit on a later one', async () => {
    const { path, firstSeal } = await twoCommits();
    const database = new DatabaseSync(path);
    database.prepare('UPDATE entry SET seal = ? WHERE position = 1099511627777').run(firstSeal as Uint8Array);
    database.close();
    expect(await codeOf(() => openTestLog(path))).toBe('log-corrupt');
  });
});
