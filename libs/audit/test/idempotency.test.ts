import { describe, expect, it } from 'vitest';
import { verifyBundle, type NewEvent } from '../src/index.ts';
import { PART, TRUST } from './bundle-tampering.ts';
import { openRemote } from './remote-store.ts';
import { codeOf, entriesOf, eventsNumbered, openTestLog, temporaryPath } from './temporary-log.ts';

function keyed(key: string, body: NewEvent['body'] = { amountSat: 5n }): NewEvent {
  return { stream: 'order/1', type: 'approved', subject: 'customer:1', body, idempotencyKey: key };
}

describe('an event that is appended again under its key', () => {
  it('has the receipt of the first time, and is in the log once', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    await log.append(eventsNumbered(3));
    const first = await log.append(keyed('one'));
    expect(await log.append(keyed('one'))).toEqual(first);
    await log.append(eventsNumbered(3));
    expect(await log.append(keyed('one'))).toEqual(first);
    expect(log.size).toBe(7);
    await log.close();
    const again = await openTestLog(path);
    expect(await again.append(keyed('one'))).toEqual(first);
    expect([again.size, await again.streamVersion('order/1')]).toEqual([7, 1]);
    const [entry] = await entriesOf(again, { stream: 'order/1' });
    expect([entry?.index, entry?.idempotencyKey, entry?.leafHash]).toEqual([3, 'one', first.leafHash]);
    expect((await again.append(keyed('two'))).index).toBe(7);
  });

  it('has one place among the calls of one turn', async () => {
    const log = await openTestLog(temporaryPath());
    const calls = ['one', 'two', 'one', 'one', 'two'].map((key) => log.append(keyed(key)));
    expect((await Promise.all(calls)).map((receipt) => receipt.index)).toEqual([0, 1, 0, 0, 1]);
    expect(log.size).toBe(2);
  });

  it('is found on both sides of every tile boundary, in memory and in the store', async () => {
    const path = temporaryPath();
    const events = eventsNumbered(600).map((event, at) => ({ ...event, idempotencyKey: `key ${at}` }));
    const log = await openTestLog(path);
    await log.append(events.slice(0, 250));
    await log.append(events.slice(250, 510));
    await log.append(events.slice(510));
    await log.close();
    const again = await openTestLog(path);
    for (const opened of [again, (await openRemoteCopy(events)).log]) {
      for (const at of [0, 249, 250, 254, 255, 256, 257, 511, 512, 599]) {
        const event = events[at];
        if (event === undefined) throw new Error('no such event');
        expect((await opened.append(event)).index).toBe(at);
        expect(await codeOf(() => opened.append({ ...event, type: 'other' }))).toBe('idempotency-conflict');
      }
      expect(opened.size).toBe(600);
    }
    expect(await again.check()).toEqual({ ok: true, entries: 600, problems: [] });
  });

  it('is the same whatever version it expects, which it had the first time', async () => {
    const log = await openTestLog(temporaryPath());
    const first = await log.append({ ...keyed('one'), expectedVersion: 0 });
    await log.append(keyed('two'));
    expect(await log.append({ ...keyed('one'), expectedVersion: 0 })).toEqual(first);
    expect(await codeOf(() => log.append({ ...keyed('three'), expectedVersion: 0 }))).toBe(
      'version-conflict',
    );
  });

  it('may be written in another way that means the same', async () => {
    const log = await openTestLog(temporaryPath());
    const first = await log.append(keyed('one', { a: 1, b: [1n, Uint8Array.of(1)] }));
    expect(await log.append(keyed('one', { b: [1n, Uint8Array.of(1)], a: 1.0 }))).toEqual(first);
  });

  it.each([
    ['body', { body: { amountSat: 6n } }],
    ['number in place of an integer', { body: { amountSat: 5 } }],
    ['stream', { stream: 'order/2' }],
    ['type', { type: 'refused' }],
    ['subject', { subject: 'customer:2' }],
  ])('is refused when it has another %s', async (_, change) => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    const same = log.append(keyed('one'));
    const other = log.append({ ...keyed('one'), ...change });
    await expect(other).rejects.toMatchObject({ code: 'idempotency-conflict', value: '"one"' });
    expect((await same).index).toBe(0);
    await log.close();
    const again = await openTestLog(path);
    expect(await codeOf(() => again.append({ ...keyed('one'), ...change }))).toBe('idempotency-conflict');
    const { stream, type, body, idempotencyKey = '' } = keyed('one');
    expect(await codeOf(() => again.append({ stream, type, body, idempotencyKey }))).toBe(
      'idempotency-conflict',
    );
    expect(again.size).toBe(1);
  });

  it('is appended again after a commit that failed, and not before it is durable', async () => {
    const { store, log } = await openRemote();
    store.faults.push('refused');
    const calls = [log.append(keyed('one')), log.append(keyed('one'))];
    expect((await Promise.allSettled(calls)).map((outcome) => outcome.status)).toEqual([
      'rejected',
      'rejected',
    ]);
    expect(log.size).toBe(0);
    const { reached, release } = store.hold('beginning');
    const first = log.append(keyed('one'));
    await reached;
    let isAnswered = false;
    const second = log.append(keyed('one')).finally(() => {
      isAnswered = true;
    });
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
    expect(isAnswered).toBe(false);
    release();
    expect([(await first).index, (await second).index]).toEqual([0, 0]);
    expect([log.size, store.commits.length]).toEqual([1, 1]);
  });
});

describe('a list that is appended again under its keys', () => {
  const list = [keyed('one'), keyed('two'), keyed('three')];

  it('has the receipts of the first time', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    // Across the boundary of a tile.
    await log.append(eventsNumbered(254));
    const first = await log.append(list);
    expect(first.map((receipt) => receipt.index)).toEqual([254, 255, 256]);
    expect(await log.append(list)).toEqual(first);
    await log.close();
    const again = await openTestLog(path);
    expect(await again.append(list)).toEqual(first);
    expect(again.size).toBe(257);
  });

  it.each([
    ['is partly new', [...list, keyed('four')]],
    ['has a new event before', [keyed('zero'), ...list]],
    ['has an event without a key', [...list, { stream: 'order/1', type: 'approved', body: 1 }]],
    ['is in another order', list.toReversed()],
    ['lacks an event inside', [keyed('one'), keyed('three')]],
    ['repeats a key', [keyed('one'), keyed('one')]],
    ['repeats a new key', [keyed('four'), keyed('four')]],
    ['has another event', [keyed('one'), keyed('two', 'other'), keyed('three')]],
  ])('is refused whole when it %s', async (_, other) => {
    const log = await openTestLog(temporaryPath());
    await log.append(list);
    expect(await codeOf(() => log.append(other))).toBe('idempotency-conflict');
    expect([log.size, await log.streamVersion('order/1')]).toEqual([3, 3]);
  });

  it('is refused alone, and not the calls of its turn', async () => {
    const log = await openTestLog(temporaryPath());
    const outcomes = await Promise.allSettled([
      log.append(list),
      log.append([keyed('three'), keyed('four')]),
      log.append(keyed('four')),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'idempotency-conflict', value: '1 of 2 events' } },
      { status: 'fulfilled', value: { index: 3 } },
    ]);
  });
});

describe('an idempotency key', () => {
  it('is part of the entry, and a bundle with keys verifies', async () => {
    const log = await openTestLog(temporaryPath());
    await log.append([keyed('one'), ...eventsNumbered(2), keyed('\u00e4 "two"')]);
    const text = (await entriesOf(log)).map((entry) => Buffer.from(entry.bytes).toString());
    expect(text[0]).toContain('"format":"audit-entry/1","idempotencyKey":"one","index":0,');
    expect(text[1]).not.toContain('idempotencyKey');
    expect(text[3]).toContain('"idempotencyKey":"\u00e4 \\"two\\"","index":3,');
    expect(verifyBundle(await log.exportBundle().bytes(), TRUST)).toMatchObject({ ok: true, treeSize: 4 });
    expect(verifyBundle(await log.exportBundle({ stream: 'order/1' }).bytes(), PART).ok).toBe(true);
  });

  it.each(['', 'k'.repeat(257), 'a\nb', '\ud800', 7 as unknown as string])('is not %j', async (key) => {
    const log = await openTestLog(temporaryPath());
    expect(await codeOf(() => log.append(keyed(key)))).toBe('event-malformed');
    expect(log.size).toBe(0);
  });
});

async function openRemoteCopy(events: readonly NewEvent[]): ReturnType<typeof openRemote> {
  const remote = await openRemote();
  await remote.log.append(events);
  return remote;
}
