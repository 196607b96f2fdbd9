import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openNote, readCheckpoint, verifyConsistency, verifyInclusion, type NewEvent } from '../src/index.ts';
import { openRemote } from './remote-store.ts';
import {
  codeOf,
  entriesOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  ORIGIN,
  SIGNER,
  temporaryPath,
} from './temporary-log.ts';

function headOf(note: string): { size: number; rootHash: Uint8Array } {
  const opened = openNote(note, ORIGIN, SIGNER.publicKey);
  const head = opened.ok ? readCheckpoint(opened.text) : undefined;
  if (head?.origin !== ORIGIN) throw new Error('no checkpoint of this log');
  return head;
}

describe('appending', () => {
  it('gives a receipt that proves the entry against the log’s signed checkpoint', async () => {
    const log = await openTestLog(temporaryPath());
    await log.append(eventsNumbered(20));
    const receipt = await log.append(eventNumber(20));
    expect(receipt).toMatchObject({ origin: ORIGIN, index: 20, stream: 'swap/2', streamVersion: 7 });
    const { size, rootHash } = headOf(await log.checkpoint());
    expect(size).toBe(21);
    const proof = await log.inclusionProof(20, size);
    expect(verifyInclusion({ index: 20, treeSize: size, leafHash: receipt.leafHash, proof, rootHash })).toBe(
      true,
    );
  });

  it('keeps what was appended, byte for byte, over closing and opening', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path, { clock: () => 1_700_000_000_000 });
    await log.append(eventsNumbered(600));
    const before = await entriesOf(log);
    const note = await log.checkpoint();
    await log.close();
    const again = await openTestLog(path);
    expect(again.size).toBe(600);
    expect(await again.checkpoint()).toBe(note);
    expect(await entriesOf(again)).toEqual(before);
    expect(before[13]).toMatchObject({
      index: 13,
      time: 1_700_000_000_000,
      stream: 'swap/1',
      streamVersion: 5,
    });
    expect(before[13]?.body).toEqual(eventNumber(13).body);
    expect(await again.check()).toEqual({ ok: true, entries: 600, problems: [] });
  });

  it('continues the same tree after it was opened at any size around a tile', async () => {
    const path = temporaryPath();
    let log = await openTestLog(path);
    let pinned = await log.checkpoint();
    let size = 0;
    for (const more of [1, 254, 1, 1, 254, 2, 300]) {
      await log.close();
      log = await openTestLog(path);
      await log.append(eventsNumbered(more, size));
      size += more;
      const from = headOf(pinned);
      const to = headOf(await log.checkpoint());
      const sizes = { from: from.size, fromRoot: from.rootHash, to: to.size, toRoot: to.rootHash };
      expect(to.size).toBe(size);
      expect(verifyConsistency({ ...sizes, proof: await log.consistencyProof(from.size) })).toBe(true);
      pinned = await log.checkpoint();
    }
    expect((await log.check()).ok).toBe(true);
  });

  it('acknowledges calls of one turn together, with one commit', async () => {
    const { store, log } = await openRemote();
    const receipts = await Promise.all(eventsNumbered(50).map((event) => log.append(event)));
    expect(store.commits.map((commit) => commit.entries.length)).toEqual([50]);
    expect(receipts.map((receipt) => receipt.index)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  it('splits what waits into commits of bounded size', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    await Promise.all([log.append(eventsNumbered(9000)), log.append(eventsNumbered(10, 9000))]);
    expect(log.size).toBe(9010);
    expect((await log.check()).ok).toBe(true);
    await log.close();
    using database = new DatabaseSync(path);
    // Every commit seals its last entry.
    const sealed = database.prepare('SELECT position - 1099511627776 AS i FROM entry WHERE seal IS NOT NULL');
    expect(sealed.all().map((row) => row.i)).toEqual([8999, 9009]);
  });

  it('takes an empty list as nothing to do', async () => {
    const log = await openTestLog(temporaryPath());
    expect(await log.append([])).toEqual([]);
    expect(log.size).toBe(0);
  });

  it('records nothing of a list of which one event is malformed', async () => {
    const log = await openTestLog(temporaryPath());
    const events = [eventNumber(0), { ...eventNumber(1), body: '\ud800' }];
    expect(await codeOf(() => log.append(events))).toBe('event-malformed');
    expect(await codeOf(() => log.append({ ...eventNumber(0), body: 'x'.repeat(2_000_000) }))).toBe(
      'event-too-large',
    );
    expect(log.size).toBe(0);
  });

  it.each([
    ['an empty stream', { stream: '' }],
    ['a stream of 257 units', { stream: 's'.repeat(257) }],
    ['a type with a control character', { type: 'a\nb' }],
    ['a subject with a lone surrogate', { subject: '\ud800' }],
    ['a type that is no text', { type: 7 as unknown as string }],
    ['a negative expected version', { expectedVersion: -1 }],
    ['half an expected version', { expectedVersion: 0.5 }],
  ])('refuses %s', async (_, change) => {
    const log = await openTestLog(temporaryPath());
    expect(await codeOf(() => log.append({ ...eventNumber(0), ...change }))).toBe('event-malformed');
  });

  it('records what an event said when it was handed over', async () => {
    const log = await openTestLog(temporaryPath());
    const body = { amountSat: 1n };
    const pending = log.append({ stream: 's', type: 't', body });
    body.amountSat = 2n;
    await pending;
    expect((await entriesOf(log))[0]?.body).toEqual({ amountSat: 1n });
  });
});

describe('expected versions', () => {
  it('are right also in a log of more streams than it keeps in memory', { timeout: 60_000 }, async () => {
    const log = await openTestLog(temporaryPath());
    const first = (stream: number): NewEvent => ({ stream: `s/${stream}`, type: 't', body: 0 });
    for (let from = 0; from < 70_000; from += 7000) {
      const more = Array.from({ length: 7000 }, (_, offset) => first(from + offset));
      const [receipt] = await log.append([{ stream: 'old', type: 't', body: 0 }, ...more]);
      expect(receipt?.streamVersion).toBe(1 + from / 7000);
    }
    expect([await log.streamVersion('s/0'), await log.streamVersion('s/69999')]).toEqual([1, 1]);
    expect((await log.append({ ...first(1), expectedVersion: 1 })).streamVersion).toBe(2);
    expect(await codeOf(() => log.append({ ...first(2), expectedVersion: 0 }))).toBe('version-conflict');
  });

  it('refuse the late call alone, and not the others of its commit', async () => {
    const log = await openTestLog(temporaryPath());
    const first = { stream: 's', type: 't', body: 1, expectedVersion: 0 };
    const outcomes = await Promise.allSettled([
      log.append(first),
      log.append(first),
      log.append(eventNumber(0)),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const [, refused] = outcomes;
    expect(refused).toMatchObject({
      reason: { code: 'version-conflict', value: 'version 1', limit: 'expected version 0' },
    });
    expect([log.size, await log.streamVersion('s'), await log.streamVersion('unknown')]).toEqual([2, 1, 0]);
  });

  it('count the events before within the same list, and refuse all of it', async () => {
    const log = await openTestLog(temporaryPath());
    const event = { stream: 's', type: 't', body: 1 };
    await log.append([
      { ...event, expectedVersion: 0 },
      { ...event, expectedVersion: 1 },
      { ...event, stream: 'other', expectedVersion: 0 },
    ]);
    const late = [
      { ...event, stream: 'other' },
      { ...event, expectedVersion: 1 },
    ];
    expect(await codeOf(() => log.append(late))).toBe('version-conflict');
    expect([await log.streamVersion('s'), await log.streamVersion('other')]).toEqual([2, 1]);
  });
});
