import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStream, type EventCodec, type EventValue } from '../src/index.ts';
import { codeOf, openTestLog, temporaryPath } from './temporary-log.ts';

type Counted = { readonly step: 'added'; readonly amountSat: bigint } | { readonly step: 'closed' };

const codec: EventCodec<Counted> = {
  encode: (event) => ({
    type: event.step,
    body: event.step === 'added' ? { amountSat: event.amountSat } : {},
    subject: 'account:1',
  }),
  decode(type: string, body: EventValue): Counted {
    if (type === 'closed') return { step: 'closed' };
    const { amountSat } = body as { amountSat?: EventValue };
    if (type !== 'added' || typeof amountSat !== 'bigint')
      throw new TypeError(`no event of an account: ${type}`);
    return { step: 'added', amountSat };
  },
};

describe('a stream of a log', () => {
  it('gives back its events, typed and in order, over closing and opening', async () => {
    const path = temporaryPath();
    const log = await openTestLog(path);
    const stream = await openStream(log, 'account/1', codec);
    await stream.append([{ step: 'added', amountSat: 5n }]);
    await log.append({ stream: 'account/2', type: 'closed', body: {} });
    const receipts = await stream.append([{ step: 'added', amountSat: 7n }, { step: 'closed' }]);
    expect(receipts.map((receipt) => [receipt.index, receipt.streamVersion])).toEqual([
      [2, 2],
      [3, 3],
    ]);
    await log.close();
    const reopened = await openTestLog(path);
    const again = await openStream(reopened, 'account/1', codec);
    expect([again.name, again.version]).toEqual(['account/1', 3]);
    expect(await Array.fromAsync(again.read())).toEqual([
      { step: 'added', amountSat: 5n },
      { step: 'added', amountSat: 7n },
      { step: 'closed' },
    ]);
    expect(await Array.fromAsync(reopened.read({ subject: 'account:1' }))).toHaveLength(3);
  });

  it('refuses what was decided on an older version, and keeps its own version', async () => {
    const log = await openTestLog(temporaryPath());
    const [one, other] = [await openStream(log, 's', codec), await openStream(log, 's', codec)];
    await one.append([{ step: 'closed' }]);
    expect(await codeOf(() => other.append([{ step: 'closed' }]))).toBe('version-conflict');
    expect(other.version).toBe(0);
    expect(await Array.fromAsync(other.read())).toEqual([]);
    expect((await openStream(log, 's', codec)).version).toBe(1);
    expect(await one.append([])).toEqual([]);
  });

  it('admits exactly one of the writers that race for a version', async () => {
    const log = await openTestLog(temporaryPath());
    const writers = await Promise.all(Array.from({ length: 8 }, () => openStream(log, 's', codec)));
    const outcomes = await Promise.allSettled(writers.map((writer) => writer.append([{ step: 'closed' }])));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('is a journal: any run of appends reads back as the same events', async () => {
    const log = await openTestLog(temporaryPath());
    const event = fc.oneof(
      fc.bigInt().map((amountSat): Counted => ({ step: 'added', amountSat })),
      fc.constant<Counted>({ step: 'closed' }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 5 }), async (appends) => {
        run += 1;
        const stream = await openStream(log, `run/${run}`, codec);
        for (const events of appends) await stream.append(events);
        expect(await Array.fromAsync(stream.read())).toEqual(appends.flat());
        expect(stream.version).toBe(appends.flat().length);
      }),
      { numRuns: 50 },
    );
    expect((await log.check()).ok).toBe(true);
  });
});
