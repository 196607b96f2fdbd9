import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { readCheckpoint, type CheckpointSigner } from '../src/index.ts';
import { openRemote, turn } from './remote-store.ts';
import { eventNumber, eventsNumbered, openTestLog, SIGNER, sizeOf, temporaryPath } from './temporary-log.ts';

/** Remembers the tree sizes of the checkpoints that it was asked to sign. */
function countingSigner(): { signer: CheckpointSigner; sizes: number[] } {
  const sizes: number[] = [];
  const signer = {
    publicKey: SIGNER.publicKey,
    sign(message: Uint8Array): Uint8Array {
      const head = readCheckpoint(Buffer.from(message).toString());
      if (head !== undefined) sizes.push(head.size);
      return SIGNER.sign(message);
    },
  };
  return { signer, sizes };
}

/** Turns of the event loop in which a log that is idle would have signed. */
async function idle(): Promise<void> {
  for (let turns = 0; turns < 8; turns += 1) await turn();
}

describe('a checkpoint', () => {
  it('is signed when the log has nothing else to do, once', async () => {
    const { signer, sizes } = countingSigner();
    const log = await openTestLog(temporaryPath(), { signer });
    expect(sizes).toEqual([0]);
    await idle();
    expect(sizes).toEqual([0]);
    await log.append(eventsNumbered(3));
    expect(sizes).toEqual([0]);
    await idle();
    expect(sizes).toEqual([0, 3]);
    expect(sizeOf(await log.checkpoint())).toBe(3);
    await log.append(eventNumber(3));
    await idle();
    expect(sizes).toEqual([0, 3, 4]);
  });

  it('is signed when it is asked for, by all who ask with one signature', async () => {
    const { signer, sizes } = countingSigner();
    const log = await openTestLog(temporaryPath(), { signer });
    await log.append(eventsNumbered(3));
    const notes = await Promise.all([log.checkpoint(), log.checkpoint(), log.exportBundle().bytes()]);
    expect([sizeOf(notes[0]), notes[1]]).toEqual([3, notes[0]]);
    expect(await log.checkpoint()).toBe(notes[0]);
    await idle();
    expect(sizes).toEqual([0, 3]);
  });

  it('is signed a full tile after the one before while the log is busy, and not more often', async () => {
    const { signer, sizes } = countingSigner();
    const log = await openTestLog(temporaryPath(), { signer });
    // Two calls in turn, of one event each: at every commit the next call is already waiting.
    const call = async (): Promise<void> => {
      for (let position = 0; position < 300; position += 1) await log.append(eventNumber(position));
    };
    const pause = call();
    await turn();
    await Promise.all([pause, call()]);
    expect(log.size).toBe(600);
    const whileBusy = sizes.filter((size) => size > 0 && size < 600);
    expect(whileBusy.every((size, at) => size - (whileBusy[at - 1] ?? 0) >= 256)).toBe(true);
    expect(whileBusy).toHaveLength(2);
  });

  it('covers what was durable when it was asked for, also while the signer takes its time', async () => {
    const gates: (() => void)[] = [];
    let isSlow = false;
    const signer: CheckpointSigner = {
      publicKey: SIGNER.publicKey,
      async sign(message) {
        if (isSlow) await new Promise<void>((resolve) => gates.push(resolve));
        return SIGNER.sign(message);
      },
    };
    const log = await openTestLog(temporaryPath(), { signer });
    isSlow = true;
    await log.append(eventsNumbered(2));
    const first = log.checkpoint();
    await log.append(eventsNumbered(3));
    const second = log.checkpoint();
    isSlow = false;
    while (gates.length > 0) {
      gates.shift()?.();
      await idle();
    }
    expect(sizeOf(await first)).toBeGreaterThanOrEqual(2);
    expect(sizeOf(await second)).toBe(5);
  });

  it('is signed and stored when the log is closed, and is there when it is opened again', async () => {
    const path = temporaryPath();
    const { signer, sizes } = countingSigner();
    const log = await openTestLog(path, { signer });
    await log.append(eventsNumbered(5));
    await log.close();
    expect(sizes).toEqual([0, 5]);
    const stored = checkpointsIn(path);
    expect(stored.map(sizeOf)).toEqual([5]);
    const again = await openTestLog(path, { signer });
    expect(await again.checkpoint()).toBe(stored[0]);
    await again.close();
    // Nothing was signed anew, and nothing is stored twice.
    expect(sizes).toEqual([0, 5]);
    expect(checkpointsIn(path)).toEqual(stored);
  });

  it('is stored with the next commit, and once', async () => {
    const { store, log } = await openRemote();
    await log.append(eventsNumbered(2));
    const note = await log.checkpoint();
    await log.append(eventNumber(2));
    await log.append(eventNumber(3));
    expect(store.commits.map((commit) => commit.checkpoint)[1]).toBe(note);
    const last = await log.checkpoint();
    await log.close();
    expect(store.kept).toEqual([last]);
    const stored = [...store.commits.flatMap((commit) => commit.checkpoint ?? []), ...store.kept];
    expect(new Set(stored).size).toBe(stored.length);
    expect(sizeOf(last)).toBe(4);
  });

  it('is stored with a later commit when the one that carried it failed', async () => {
    const { store, log } = await openRemote();
    await log.append(eventsNumbered(2));
    const note = await log.checkpoint();
    store.faults.push('refused');
    await expect(log.append(eventNumber(2))).rejects.toMatchObject({ code: 'log-io' });
    await log.append(eventNumber(2));
    expect(store.commits.map((commit) => commit.checkpoint)).toEqual([undefined, note]);
  });

  it('is not stored when nothing was appended', async () => {
    const { store, log } = await openRemote();
    expect(sizeOf(await log.checkpoint())).toBe(0);
    await log.close();
    expect(store.kept).toEqual([]);
  });
});

/** The stored notes, oldest first, without that of the empty log. */
function checkpointsIn(path: string): string[] {
  using database = new DatabaseSync(path);
  const rows = database.prepare(
    'SELECT checkpoint FROM entry WHERE checkpoint IS NOT NULL ORDER BY position',
  );
  return rows.all().map((row) => String(row.checkpoint));
}
