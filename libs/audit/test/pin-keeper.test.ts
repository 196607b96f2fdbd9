import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openFilePin } from '../src/index.ts';
import { codeOf, openTestPin, temporaryFolder } from './temporary-log.ts';

const SLOT_BYTES = 4096;

function entry(number: number): Uint8Array {
  return new TextEncoder().encode(`entry ${number}`);
}

/** A pin that was started over with entry 0, and kept the next ones one by one. */
async function pinOf(entries: number): Promise<string> {
  const path = join(temporaryFolder(), 'pin');
  await using pin = await openFilePin(path);
  await pin.keeper.startOver({ checkpoint: 'note 0', entries: [entry(0)] });
  for (let number = 1; number < entries; number += 1) {
    await pin.keeper.pin({ checkpoint: `note ${number}`, entries: [entry(number)] });
  }
  return path;
}

async function keptIn(path: string): Promise<{ checkpoint: string; entries: string[] } | undefined> {
  const pinned = await (await openTestPin(path)).keeper.latest();
  return (
    pinned && {
      checkpoint: pinned.checkpoint,
      entries: pinned.entries.map((bytes) => Buffer.from(bytes).toString()),
    }
  );
}

describe('the entries in a pin', () => {
  it('are all those since it was started over, under the last checkpoint', async () => {
    expect(await keptIn(join(temporaryFolder(), 'pin'))).toBeUndefined();
    const path = await pinOf(3);
    expect(await keptIn(path)).toEqual({
      checkpoint: 'note 2',
      entries: ['entry 0', 'entry 1', 'entry 2'],
    });
    const pin = await openTestPin(path);
    await pin.keeper.pin({ checkpoint: 'note 3', entries: [] });
    await pin.keeper.pin({ checkpoint: 'note 5', entries: [entry(4), entry(5)] });
    expect((await keptIn(path))?.entries).toEqual(['entry 0', 'entry 1', 'entry 2', 'entry 4', 'entry 5']);
    await pin.keeper.startOver({ checkpoint: 'note 6', entries: [entry(6)] });
    expect(await keptIn(path)).toEqual({ checkpoint: 'note 6', entries: ['entry 6'] });
    await pin.pin('note 7', () => Promise.resolve([]));
    expect(await keptIn(path)).toEqual({ checkpoint: 'note 7', entries: [] });
  });

  it('find room until the pin that starts over would take the place of one that is needed', async () => {
    const pin = await openTestPin(await pinOf(62));
    const last = { checkpoint: 'note 62', entries: [entry(62)] };
    expect(pin.keeper.fits(last)).toBe(true);
    await pin.keeper.pin(last);
    expect(pin.keeper.fits({ checkpoint: 'note 63', entries: [entry(63)] })).toBe(false);
    expect((await pin.keeper.latest())?.entries).toHaveLength(63);
    await pin.keeper.startOver({ checkpoint: 'note 63', entries: [] });
    expect(pin.keeper.fits({ checkpoint: 'note 64', entries: [entry(64)] })).toBe(true);
  });

  it('fill a slot to its last byte, and not beyond', async () => {
    const path = join(temporaryFolder(), 'pin');
    const pin = await openTestPin(path);
    const full = { checkpoint: 'x'.repeat(29), entries: [new Uint8Array(3998).fill(7)] };
    const long = { checkpoint: 'x'.repeat(30), entries: full.entries };
    expect([pin.keeper.fits(full), pin.keeper.fits(long)]).toEqual([true, false]);
    expect(await codeOf(() => pin.keeper.pin(long))).toBe('pin-failed');
    expect(await codeOf(() => pin.keeper.pin({ checkpoint: '', entries: [new Uint8Array(70_000)] }))).toBe(
      'pin-failed',
    );
    await pin.keeper.startOver(full);
    await pin.keeper.pin({ checkpoint: 'y', entries: [] });
    expect((await (await openTestPin(path)).keeper.latest())?.entries).toEqual(full.entries);
  });

  it('are the whole ones behind the last that is damaged, at every flipped byte', async () => {
    const path = await pinOf(4);
    const whole = readFileSync(path);
    // Entry 1 stands in the second slot that was pinned.
    const slot = 2 * SLOT_BYTES;
    for (let at = 0; at < 67 + 'note 1'.length + 2 + 'entry 1'.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[slot + at] = (changed[slot + at] ?? 0) ^ 0x10;
      writeFileSync(path, changed);
      expect(await keptIn(path)).toEqual({ checkpoint: 'note 3', entries: ['entry 2', 'entry 3'] });
    }
  });

  it('fall back with the checkpoint where the last pin was torn', async () => {
    const path = await pinOf(4);
    const changed = readFileSync(path);
    changed.fill(0, 4 * SLOT_BYTES + 40, 5 * SLOT_BYTES);
    writeFileSync(path, changed);
    expect(await keptIn(path)).toEqual({
      checkpoint: 'note 2',
      entries: ['entry 0', 'entry 1', 'entry 2'],
    });
    // And again where the one that starts over is.
    const pin = await openTestPin(path);
    await pin.keeper.startOver({ checkpoint: 'note 3', entries: [] });
    const torn = readFileSync(path);
    torn.fill(0xff, 4 * SLOT_BYTES + 60, 4 * SLOT_BYTES + 70);
    writeFileSync(path, torn);
    expect((await keptIn(path))?.entries).toHaveLength(3);
  });

  it('are never others than were kept, whatever is written over the file', async () => {
    const path = await pinOf(5);
    const whole = readFileSync(path);
    const scribble = fc.record({
      at: fc.nat(7 * SLOT_BYTES),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 600 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(scribble, { minLength: 1, maxLength: 6 }), async (scribbles) => {
        const changed = Buffer.from(whole);
        for (const { at, bytes } of scribbles) changed.set(bytes, at);
        writeFileSync(path, changed);
        const code = await codeOf(async () => {
          await using pin = await openFilePin(path);
          const { checkpoint = '', entries = [] } = (await pin.keeper.latest()) ?? {};
          const last = Number(checkpoint.replace('note ', ''));
          const kept = entries.map((bytes) => Buffer.from(bytes).toString());
          const all = Array.from({ length: last + 1 }, (_, number) => `entry ${number}`);
          expect(kept).toEqual(all.slice(all.length - kept.length));
        });
        expect(['no error', 'pin-corrupt']).toContain(code);
      }),
      { numRuns: 300, seed: 20_261_122 },
    );
  });

  it('belong to one file alone, which has a name of its own', async () => {
    const [one, other] = [await openTestPin(await pinOf(1)), await openTestPin(await pinOf(1))];
    expect(one.keeper.id).toHaveLength(16);
    expect(one.keeper.id).not.toEqual(other.keeper.id);
    const path = await pinOf(2);
    const { id } = (await openTestPin(path)).keeper;
    expect((await openTestPin(path)).keeper.id).toEqual(id);
  });
});
