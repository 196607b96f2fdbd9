import {
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFilePin, type CheckpointPin } from '../src/index.ts';
import {
  codeOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  openTestPin,
  temporaryFolder,
  sizeOf,
  temporaryPath,
} from './temporary-log.ts';

describe('a log with a pin', () => {
  it('acknowledges what is pinned', async () => {
    const path = join(temporaryFolder(), 'desk.pin');
    const log = await openTestLog(temporaryPath(), { pin: await openTestPin(path) });
    for (const events of [1, 300, 2]) {
      await log.append(eventsNumbered(events));
      // Read by another, as it would be after a crash.
      expect(sizeOf(await (await openTestPin(path)).latest())).toBe(log.size);
    }
  });

  it('waits for the pin', async () => {
    const { promise: pinning, resolve: go } = Promise.withResolvers<undefined>();
    const { promise: reached, resolve: reach } = Promise.withResolvers<undefined>();
    const pin: CheckpointPin = {
      latest: () => Promise.resolve(undefined),
      pin: async () => {
        reach(undefined);
        await pinning;
      },
    };
    const log = await openTestLog(temporaryPath(), { pin });
    const appending = log.append(eventNumber(0));
    await reached;
    expect(log.size).toBe(0);
    go(undefined);
    expect((await appending).index).toBe(0);
  });

  it('refuses an older copy of itself, an empty log and no log at all', async () => {
    const [path, older] = [temporaryPath(), temporaryPath()];
    const pin = await openTestPin(`${path}.pin`);
    const log = await openTestLog(path, { pin });
    await log.append(eventsNumbered(3));
    await log.close();
    copyFileSync(path, older);
    const again = await openTestLog(path, { pin });
    await again.append(eventNumber(3));
    await again.close();
    expect(await codeOf(() => openTestLog(older, { pin }))).toBe('log-rolled-back');
    const empty = temporaryPath();
    await (await openTestLog(empty)).close();
    expect(await codeOf(() => openTestLog(empty, { pin }))).toBe('log-rolled-back');
    expect(await codeOf(() => openTestLog(temporaryPath(), { pin }))).toBe('log-rolled-back');
    expect((await openTestLog(path, { pin })).size).toBe(4);
  });

  it('refuses what was rolled back since its pin was opened by another process', async () => {
    const [path, older] = [temporaryPath(), temporaryPath()];
    const log = await openTestLog(path, { pin: await openTestPin(`${path}.pin`) });
    await log.append(eventsNumbered(3));
    await log.close();
    copyFileSync(path, older);
    const waiting = await openTestPin(`${path}.pin`);
    const again = await openTestLog(path, { pin: await openTestPin(`${path}.pin`) });
    await again.append(eventNumber(3));
    await again.close();
    expect(await codeOf(() => openTestLog(older, { pin: waiting }))).toBe('log-rolled-back');
  });

  it('pins on opening what a crash left durable and unpinned', async () => {
    const path = temporaryPath();
    const pin = await openTestPin(`${path}.pin`);
    const log = await openTestLog(path, { pin });
    await log.append(eventNumber(0));
    await log.close();
    const unpinned = await openTestLog(path);
    await unpinned.append(eventNumber(1));
    await unpinned.close();
    await openTestLog(path, { pin });
    expect(sizeOf(await pin.latest())).toBe(2);
  });

  it.each([
    ['an error of its own', new Error('the other host is away')],
    ['nothing at all', undefined],
  ])(
    'is unusable once a pin failed with %s, and has the events when it is opened again',
    async (_, error) => {
      const path = temporaryPath();
      let fails = false;
      const pin: CheckpointPin = {
        latest: () => Promise.resolve(undefined),
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a pin of a user's own may
        pin: () => (fails ? Promise.reject(error) : Promise.resolve()),
      };
      const log = await openTestLog(path, { pin });
      await log.append(eventNumber(0));
      fails = true;
      expect(await codeOf(() => log.append(eventNumber(1)))).toBe('pin-failed');
      expect(await codeOf(() => log.append(eventNumber(2)))).toBe('log-unusable');
      await log.close();
      const again = await openTestLog(path);
      expect(await again.check()).toEqual({ ok: true, entries: 2, problems: [] });
    },
  );
});

describe('the file of a pin', () => {
  /** A file asks for no proof of growth. */
  const noProof = (): Promise<readonly Uint8Array[]> => Promise.resolve([]);

  async function pinned(...checkpoints: string[]): Promise<string> {
    const path = join(temporaryFolder(), 'pin');
    const pin = await openFilePin(path);
    for (const checkpoint of checkpoints) await pin.pin(checkpoint, noProof);
    await pin.close();
    return path;
  }

  it('holds what was pinned last', async () => {
    expect(await (await openTestPin(await pinned())).latest()).toBeUndefined();
    expect(await (await openTestPin(await pinned('one'))).latest()).toBe('one');
    expect(await (await openTestPin(await pinned('one', 'two', 'three', 'vier \u00e4'))).latest()).toBe(
      'vier \u00e4',
    );
  });

  it('falls back on the pin before at every cut and every flipped byte of the last, and never on another', async () => {
    const path = await pinned('one', 'two');
    const whole = readFileSync(path);
    const slotOfLast = 2 * 4096;
    for (let at = 0; at < 67 + 'two'.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[slotOfLast + at] = (changed[slotOfLast + at] ?? 0) ^ 1;
      writeFileSync(path, changed);
      const pin = await openFilePin(path);
      expect(await pin.latest()).toBe('one');
      await pin.close();
    }
  });

  it('sees what another process pins in the same file, and goes on from there', async () => {
    const path = await pinned('one');
    const [first, second] = [await openTestPin(path), await openTestPin(path)];
    for (const [pin, other, text] of [
      [first, second, 'two'],
      [second, first, 'three'],
      [second, first, 'four'],
      [first, second, 'five'],
    ] as const) {
      await pin.pin(text, () => Promise.resolve([]));
      expect([await pin.latest(), await other.latest()]).toEqual([text, text]);
    }
    expect(await (await openTestPin(path)).latest()).toBe('five');
  });

  it('goes on in a file that was cut behind a whole pin, whichever of the two that is', async () => {
    for (const [texts, left] of [
      [['one'], 4096 + 67 + 'one'.length],
      [['one', 'two'], 2 * 4096 + 67 + 'two'.length],
    ] as const) {
      const path = await pinned(...texts);
      writeFileSync(path, readFileSync(path).subarray(0, left));
      const pin = await openTestPin(path);
      expect(await pin.latest()).toBe(texts.at(-1));
      for (const text of ['three', 'four', 'five']) {
        await pin.pin(text, () => Promise.resolve([]));
        expect(await pin.latest()).toBe(text);
        expect(await (await openTestPin(path)).latest()).toBe(text);
      }
    }
  });

  it('does not go back to a smaller checkpoint', async () => {
    const path = join(temporaryFolder(), 'pin');
    const pin = await openTestPin(path);
    const log = await openTestLog(temporaryPath());
    await log.append(eventsNumbered(3));
    const smaller = await log.checkpoint();
    await log.append(eventNumber(3));
    await pin.pin(await log.checkpoint(), noProof);
    const overtaken = await openTestPin(path);
    expect(await codeOf(() => overtaken.pin(smaller, noProof))).toBe('pin-failed');
    expect(sizeOf(await pin.latest())).toBe(4);
    await pin.pin(await log.checkpoint(), noProof);
  });

  it('appears whole or not at all, and leaves nothing beside it', async () => {
    const folder = temporaryFolder();
    await Promise.all([openTestPin(join(folder, 'pin')), openTestPin(join(folder, 'pin'))]);
    expect(readdirSync(folder)).toEqual(['pin']);
    expect(statSync(join(folder, 'pin')).size).toBe(64 * 4096);
    if (process.platform !== 'win32') expect(statSync(join(folder, 'pin')).mode & 0o777).toBe(0o600);
  });

  it('holds the last of as many pins as come', async () => {
    const texts = Array.from({ length: 200 }, (_, number) => `pin ${number}`);
    const path = await pinned();
    const [pin, other] = [await openTestPin(path), await openTestPin(path)];
    for (const text of texts) {
      await pin.pin(text, noProof);
      expect(await pin.latest()).toBe(text);
    }
    // Further behind than the file has slots.
    await other.pin('from another', noProof);
    expect([await pin.latest(), await (await openTestPin(path)).latest()]).toEqual([
      'from another',
      'from another',
    ]);
  });

  it('is refused without a whole pin, unless it is as it was made', async () => {
    const path = await pinned('one');
    const flipped = readFileSync(path);
    flipped[4096 + 67] = (flipped[4096 + 67] ?? 0) ^ 1;
    writeFileSync(path, flipped);
    expect(await codeOf(() => openFilePin(path))).toBe('pin-corrupt');
    truncateSync(path, 4100);
    expect(await codeOf(() => openFilePin(path))).toBe('pin-corrupt');
    writeFileSync(path, '');
    expect(await codeOf(() => openFilePin(path))).toBe('pin-corrupt');
    rmSync(path);
    expect(await codeOf(() => openFilePin(join(path, 'pin')))).toBe('pin-failed');
    expect(await codeOf(() => openFilePin(temporaryFolder()))).toBe('pin-failed');
  });

  it('refuses a checkpoint that is too long, and one after it was closed', async () => {
    const pin = await openFilePin(await pinned('one'));
    expect(await codeOf(() => pin.pin('x'.repeat(4030), noProof))).toBe('pin-failed');
    await pin.pin('x'.repeat(4029), noProof);
    expect(await pin.latest()).toBe('x'.repeat(4029));
    await pin[Symbol.asyncDispose]();
    expect(await codeOf(() => pin.pin('two', noProof))).toBe('pin-failed');
    expect(await codeOf(() => pin.latest())).toBe('pin-failed');
  });
});
