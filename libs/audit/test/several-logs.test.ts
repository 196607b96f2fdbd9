import { describe, expect, it, onTestFinished } from 'vitest';
import { openLog, openSqliteStore, verifyBundle, type Log, type LogStore } from '../src/index.ts';
import {
  codeOf,
  entriesOf,
  eventsNumbered,
  openTestLog,
  openTestStore,
  ORIGIN,
  SIGNER,
  signerOf,
  temporaryPath,
} from './temporary-log.ts';

const DESK = 'example.com/desk';
const VAULT = 'example.com/vault';

async function openIn(store: LogStore, origin: string, key = SIGNER): Promise<Log> {
  const log = await openLog(store, { origin, signer: key });
  onTestFinished(() => log.close());
  return log;
}

describe('several logs in one file', () => {
  it('have sizes, streams, subjects and keys of their own, also when they are opened again', async () => {
    const path = temporaryPath();
    const store = openSqliteStore(path);
    // A log may have a key of its own.
    const keys = [SIGNER, signerOf(8)] as const;
    const [desk, vault] = [await openIn(store, DESK, keys[0]), await openIn(store, VAULT, keys[1])];
    const event = { stream: 's', subject: 'customer:1', type: 't' };
    for (let round = 0; round < 10; round += 1) {
      // Interleaved, and in commits that run at the same time; both cross a tile.
      await Promise.all([
        desk.append([
          { ...event, body: `desk ${round}`, idempotencyKey: `key ${round}` },
          ...eventsNumbered(29),
        ]),
        vault.append([
          ...eventsNumbered(39),
          { ...event, body: `vault ${round}`, idempotencyKey: `key ${round}` },
        ]),
      ]);
    }
    await desk.close();
    await vault.close();
    await store.close();
    const reopened = openTestStore(path);
    expect(await reopened.origins()).toEqual([DESK, VAULT]);
    for (const [name, origin, size, offset, key] of [
      ['vault', VAULT, 400, 39, keys[1]],
      ['desk', DESK, 300, 0, keys[0]],
    ] as const) {
      const log = await openIn(reopened, origin, key);
      expect([log.origin, log.size, await log.streamVersion('s')]).toEqual([origin, size, 10]);
      const bodies = Array.from({ length: 10 }, (_, round) => `${name} ${round}`);
      expect((await entriesOf(log, { stream: 's' })).map((entry) => entry.body)).toEqual(bodies);
      const about = await entriesOf(log, { stream: 's', subject: 'customer:1' });
      expect(about.map((entry) => entry.body)).toEqual(bodies);
      const again = { ...event, body: `${name} 3`, idempotencyKey: 'key 3' };
      expect((await log.append(again)).index).toBe((3 * size) / 10 + offset);
      expect(log.size).toBe(size);
      expect(await log.check()).toEqual({ ok: true, entries: size, problems: [] });
      const trust = { origin, publicKey: key.publicKey, wholeLog: true };
      expect(verifyBundle(await log.exportBundle().bytes(), trust)).toMatchObject({
        ok: true,
        treeSize: size,
      });
    }
  });

  it('are listed in the order in which they were made', async () => {
    const path = temporaryPath();
    const store = openSqliteStore(path);
    expect(await store.origins()).toEqual([]);
    const names = ['z', 'a', 'm', 'b'].map((name) => `example.com/${name}`);
    for (const name of names) await openIn(store, name);
    expect(await store.origins()).toEqual(names);
    for (const name of names.toReversed()) {
      expect(await codeOf(() => openIn(store, name))).toBe('log-locked');
    }
    expect(await store.origins()).toEqual(names);
    await store.close();
    expect(await openTestStore(path).origins()).toEqual(names);
  });

  it('are made one by one also when they are opened at the same time', async () => {
    const store = openTestStore(temporaryPath());
    const names = Array.from({ length: 9 }, (_, index) => `example.com/${index}`);
    const logs = await Promise.all(names.map((name) => openIn(store, name)));
    await Promise.all(logs.map((log, index) => log.append(eventsNumbered(index))));
    expect(logs.map((log) => log.size)).toEqual(names.map((_, index) => index));
    expect(new Set(await store.origins())).toEqual(new Set(names));
  });

  it('have one writer each, and closing one leaves the others as they are', async () => {
    const store = openTestStore(temporaryPath());
    const [desk, vault] = [await openIn(store, DESK), await openIn(store, VAULT)];
    await desk.append(eventsNumbered(3));
    for (const origin of [DESK, VAULT]) {
      expect(await codeOf(() => openIn(store, origin))).toBe('log-locked');
    }
    await desk.close();
    // Closing it once more takes nothing from whoever opens it next.
    const next = await openIn(store, DESK);
    await desk.close();
    expect(await codeOf(() => openIn(store, DESK))).toBe('log-locked');
    expect(await codeOf(() => desk.append(eventsNumbered(1)))).toBe('log-closed');
    expect((await vault.append(eventsNumbered(2))).map((receipt) => receipt.index)).toEqual([0, 1]);
    expect((await next.append(eventsNumbered(2))).map((receipt) => receipt.index)).toEqual([3, 4]);
  });

  it('are free again after an opening that was refused', async () => {
    const store = openTestStore(temporaryPath());
    const signer = { publicKey: SIGNER.publicKey, sign: (message: Uint8Array) => signerOf(8).sign(message) };
    expect(await codeOf(() => openLog(store, { origin: DESK, signer }))).toBe('signer-failed');
    expect(await store.origins()).toEqual([]);
    await (await openIn(store, DESK)).close();
    expect(await codeOf(() => openIn(store, DESK, signerOf(8)))).toBe('log-wrong-key');
    expect((await openIn(store, DESK)).size).toBe(0);
  });

  it('are opened by a path as well, and no further one is made so', async () => {
    const path = temporaryPath();
    const store = openSqliteStore(path);
    for (const origin of [DESK, ORIGIN]) await (await openIn(store, origin)).close();
    expect(await codeOf(() => openTestLog(path))).toBe('log-locked');
    await store.close();
    await expect(openTestLog(path, { origin: VAULT })).rejects.toMatchObject({
      code: 'log-wrong-origin',
      value: DESK,
      limit: VAULT,
    });
    const log = await openTestLog(path);
    await log.append(eventsNumbered(4));
    expect(await codeOf(() => Promise.resolve(openSqliteStore(path)))).toBe('log-locked');
    await log.close();
    const reopened = openTestStore(path);
    expect(await reopened.origins()).toEqual([DESK, ORIGIN]);
    expect((await openIn(reopened, ORIGIN)).size).toBe(4);
    expect((await openIn(reopened, DESK)).size).toBe(0);
  });

  it('may be none: a path then makes the first one', async () => {
    const path = temporaryPath();
    await openSqliteStore(path).close();
    const log = await openTestLog(path);
    await log.append(eventsNumbered(1));
    await log.close();
    expect(await openTestStore(path).origins()).toEqual([ORIGIN]);
  });
});

describe('a file of logs', () => {
  it('is refused by a name that is none and with room for nothing', async () => {
    const path = temporaryPath();
    for (const name of ['', 'a\0b', 7 as unknown as string]) {
      expect(await codeOf(() => openSqliteStore(name))).toBe('option-malformed');
    }
    for (const maxBytes of [0, 1_048_575, 2_000_000.5, Number.NaN]) {
      expect(await codeOf(() => openSqliteStore(path, { maxBytes }))).toBe('option-malformed');
    }
  });
});
