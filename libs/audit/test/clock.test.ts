import { describe, expect, it } from 'vitest';
import { codeOf, entriesOf, eventNumber, openTestLog, temporaryPath } from './temporary-log.ts';

const NOON = 1_700_000_000_000;
const DAY = 86_400_000;

describe('the time of an entry', () => {
  it('is never before the one it follows, and never from a clock without a time', async () => {
    const times = [1000, 500, Number.NaN, 2000.5, -1, Infinity, 2 ** 53, 3000];
    const log = await openTestLog(temporaryPath(), { clock: () => times.shift() ?? 0 });
    await log.append(eventNumber(0));
    await log.append(eventNumber(1));
    for (let bad = 0; bad < 5; bad += 1) {
      expect(await codeOf(() => log.append(eventNumber(2)))).toBe('clock-malformed');
    }
    await log.append(eventNumber(2));
    expect((await entriesOf(log)).map((entry) => entry.time)).toEqual([1000, 1000, 3000]);
  });

  it('stays the last one behind a clock that was set back by up to a day', async () => {
    const times = [NOON, NOON - 1, NOON - DAY, NOON + 1];
    const log = await openTestLog(temporaryPath(), { clock: () => times.shift() ?? 0 });
    for (let position = 0; position < 4; position += 1) await log.append(eventNumber(position));
    expect((await entriesOf(log)).map((entry) => entry.time)).toEqual([NOON, NOON, NOON, NOON + 1]);
  });

  it('is refused behind a clock that was set back by more, until it is right again', async () => {
    const path = temporaryPath();
    let now = NOON;
    const log = await openTestLog(path, { clock: () => now });
    await log.append(eventNumber(0));
    for (now of [NOON - DAY - 1, 0]) {
      await expect(log.append(eventNumber(1))).rejects.toMatchObject({
        code: 'clock-behind',
        value: new Date(now).toISOString(),
        limit: `${new Date(NOON).toISOString()}, less ${DAY} ms`,
      });
    }
    await log.close();
    const again = await openTestLog(path, { clock: () => now });
    expect(await codeOf(() => again.append(eventNumber(1)))).toBe('clock-behind');
    expect(again.size).toBe(1);
    now = NOON + 5;
    expect((await again.append(eventNumber(1))).index).toBe(1);
  });

  it('may be beyond what a date can show, and the refusal still says it', async () => {
    let now = 8.64e15 + 1;
    const log = await openTestLog(temporaryPath(), { clock: () => now });
    await log.append(eventNumber(0));
    now = NOON;
    await expect(log.append(eventNumber(1))).rejects.toMatchObject({
      code: 'clock-behind',
      limit: `8640000000000001 ms, less ${DAY} ms`,
    });
  });
});
