import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Attributes, HrTime, Meter, Tracer } from '@opentelemetry/api';
import { DataPointType, type Histogram } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import type { LogObservation, ObserveLog } from '../src/index.ts';
import { logTelemetry } from '../src/opentelemetry.ts';
import { meterInMemory, tracerInMemory } from './telemetry-in-memory.ts';
import {
  codeOf,
  eventNumber,
  eventsNumbered,
  openTestLog,
  ORIGIN,
  SIGNER,
  temporaryPath,
} from './temporary-log.ts';

const OF_LOG = { 'audit.log.origin': ORIGIN };

describe('the metrics of a log', () => {
  it('are what it was observed to do: durations in seconds, entries, and failures by step and code', async () => {
    const { meter, points } = meterInMemory();
    const seen = await observedLog(logTelemetry({ meter }).observe(ORIGIN));
    const metrics = await points();
    const seconds = (kind: 'committed' | 'opened' | 'pinned' | 'signed'): number[] =>
      seen.flatMap((one) => (one.kind === kind ? [one.milliseconds / 1000] : []));
    const kinds = ['opened', 'committed', 'signed', 'pinned'] as const;
    expect(kinds.map((kind) => seconds(kind).length)).toEqual([1, 2, 2, 2]);
    for (const [kind, name] of [
      ['opened', 'audit.log.open.duration'],
      ['committed', 'audit.log.commit.duration'],
      ['signed', 'audit.log.sign.duration'],
      ['pinned', 'audit.log.pin.duration'],
    ] as const) {
      const { type, unit, values } = metrics.get(name) ?? absent(name);
      expect([type, unit]).toEqual([DataPointType.HISTOGRAM, 's']);
      expect(values).toHaveLength(1);
      expect(values[0]?.attributes).toEqual(OF_LOG);
      const { count, sum, min, max, buckets } = values[0]?.value as Histogram;
      expect(count).toBe(seconds(kind).length);
      expect(sum).toBeCloseTo(
        seconds(kind).reduce((total, one) => total + one, 0),
        9,
      );
      expect([min, max]).toEqual([Math.min(...seconds(kind)), Math.max(...seconds(kind))]);
      expect(buckets.boundaries.slice(0, 2)).toEqual([0.0001, 0.00025]);
      expect(buckets.boundaries.at(-1)).toBe(10);
    }
    expect(metrics.get('audit.log.entries')).toEqual({
      type: DataPointType.SUM,
      unit: '{entry}',
      values: [{ attributes: OF_LOG, value: 5 }],
    });
    expect(metrics.get('audit.log.failures')).toEqual({
      type: DataPointType.SUM,
      unit: '{failure}',
      values: [
        failure('append', 'version-conflict', 2),
        failure('sign', 'signer-failed', 1),
        failure('append', 'signer-failed', 1),
      ],
    });
    expect([...metrics.keys()].sort()).toEqual([
      'audit.log.commit.duration',
      'audit.log.entries',
      'audit.log.failures',
      'audit.log.open.duration',
      'audit.log.pin.duration',
      'audit.log.sign.duration',
    ]);
  });

  it('count what opening a log found in its pin alone, where there was anything', async () => {
    const { meter, points } = meterInMemory();
    const observe = logTelemetry({ meter }).observe(ORIGIN);
    const opened = { kind: 'opened', size: 9, signedSize: 9, milliseconds: 1 } as const;
    for (const restored of [0, 3, 2]) observe({ ...opened, restored });
    const restored = (await points()).get('audit.log.restored');
    expect([restored?.unit, restored?.values]).toEqual(['{entry}', [{ attributes: OF_LOG, value: 5 }]]);
  });

  it('are told apart by the origin of the log', async () => {
    const { meter, points } = meterInMemory();
    const telemetry = logTelemetry({ meter });
    for (const [origin, entries] of [
      ['example.com/a', 2],
      ['example.com/b', 3],
      ['example.com/a', 4],
    ] as const) {
      telemetry.observe(origin)({ kind: 'committed', entries, calls: 1, size: entries, milliseconds: 1 });
    }
    expect((await points()).get('audit.log.entries')?.values).toEqual([
      { attributes: { 'audit.log.origin': 'example.com/a' }, value: 6 },
      { attributes: { 'audit.log.origin': 'example.com/b' }, value: 3 },
    ]);
  });
});

describe('the spans of a log', () => {
  it('are one a commit, signature and pin, from when it began to when it ended', async () => {
    const { tracer, spans } = tracerInMemory();
    const begin = Date.now();
    const observe = logTelemetry({ tracer }).observe(ORIGIN);
    const told: number[] = [];
    const seen = await observedLog((observation) => {
      told.push(Date.now());
      observe(observation);
    });
    const end = Date.now();
    const done = seen.map((one, position) => ({ one, at: told[position] ?? Number.NaN }));
    const expected = done.flatMap(({ one, at }) => (one.kind === 'failed' ? [] : [{ one, at }]));
    expect(spans().map(({ name }) => name)).toEqual(
      expected.map(
        ({ one }) =>
          ({
            opened: 'audit.log.open',
            committed: 'audit.log.commit',
            signed: 'audit.log.sign',
            pinned: 'audit.log.pin',
          })[one.kind],
      ),
    );
    expect(spans()).toHaveLength(7);
    for (const [position, span] of spans().entries()) {
      const { one, at } = expected[position] ?? absent(span.name);
      expect(inMilliseconds(span.duration)).toBeCloseTo(one.milliseconds, 2);
      expect(inMilliseconds(span.endTime)).toBeGreaterThanOrEqual(at);
      expect(inMilliseconds(span.endTime)).toBeLessThanOrEqual(end);
      // A clock of whole milliseconds says when it ended.
      expect(inMilliseconds(span.startTime)).toBeGreaterThan(begin - 1);
      expect(span.ended).toBe(true);
    }
  });

  it('say how much was made durable, and nothing of what', async () => {
    const { tracer, spans } = tracerInMemory();
    await observedLog(logTelemetry({ tracer }).observe(ORIGIN));
    const commits = spans().filter(({ name }) => name === 'audit.log.commit');
    expect(commits.map(({ attributes }) => attributes)).toEqual([
      { ...OF_LOG, 'audit.log.size': 4, 'audit.log.entries': 4, 'audit.log.calls': 2 },
      { ...OF_LOG, 'audit.log.size': 5, 'audit.log.entries': 1, 'audit.log.calls': 1 },
    ]);
    const [opened, ...others] = spans();
    expect(opened?.attributes).toEqual({ ...OF_LOG, 'audit.log.size': 0, 'audit.log.restored': 0 });
    for (const { name, attributes } of others) {
      if (name === 'audit.log.commit') continue;
      expect(Object.keys(attributes).sort()).toEqual(['audit.log.origin', 'audit.log.size']);
    }
    const said = JSON.stringify(
      spans().map(({ name, attributes, events }) => ({ name, attributes, events })),
    );
    expect(said).not.toMatch(/swap|customer|step\.taken/);
  });

  it('each begin a trace of their own, whatever the caller of the log is traced in', async () => {
    const { tracer, spans } = tracerInMemory();
    const asked: unknown[] = [];
    const asking: Tracer = {
      startSpan: (...given) => {
        asked.push(given[1]?.root);
        return tracer.startSpan(...given);
      },
      startActiveSpan: tracer.startActiveSpan.bind(tracer),
    };
    await observedLog(logTelemetry({ tracer: asking }).observe(ORIGIN));
    expect(new Set(asked)).toEqual(new Set([true]));
    expect(new Set(spans().map((span) => span.spanContext().traceId)).size).toBe(spans().length);
    expect(spans().every(({ parentSpanContext }) => parentSpanContext === undefined)).toBe(true);
  });
});

describe('a log that is observed through OpenTelemetry', () => {
  it('goes on, and is still measured, when spans cannot be exported', async () => {
    const { meter, points } = meterInMemory();
    const ended: ReadableSpan[] = [];
    const failing: SpanProcessor = {
      onStart: () => undefined,
      onEnd: (span) => {
        ended.push(span);
        throw new Error('the collector is down');
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const tracer = new BasicTracerProvider({ spanProcessors: [failing] }).getTracer('test');
    const observe = logTelemetry({ tracer, meter }).observe(ORIGIN);
    const log = await openTestLog(temporaryPath(), { observe });
    expect((await log.append(eventsNumbered(3))).map(({ index }) => index)).toEqual([0, 1, 2]);
    await log.checkpoint();
    expect((await log.check()).ok).toBe(true);
    expect(ended.map(({ name }) => name)).toContain('audit.log.commit');
    expect((await points()).get('audit.log.entries')?.values).toEqual([{ attributes: OF_LOG, value: 3 }]);
    expect(() => {
      observe({ kind: 'committed', entries: 1, calls: 1, size: 1, milliseconds: 1 });
    }).not.toThrow();
  });

  it('goes on, and is still traced, when a meter throws', () => {
    const { tracer, spans } = tracerInMemory();
    const { meter } = meterInMemory();
    const failing: Meter = Object.create(meter, {
      createHistogram: {
        value: () => ({
          record: () => {
            throw new Error('the meter is broken');
          },
        }),
      },
    }) as Meter;
    logTelemetry({ tracer, meter: failing }).observe(ORIGIN)({ kind: 'signed', size: 1, milliseconds: 1 });
    expect(spans().map(({ name }) => name)).toEqual(['audit.log.sign']);
  });

  it('tells nobody without a tracer and a meter', () => {
    expect(() => {
      logTelemetry({}).observe(ORIGIN)({ kind: 'signed', size: 1, milliseconds: 1 });
    }).not.toThrow();
  });

  it('loads nothing of OpenTelemetry', () => {
    const entry = join(import.meta.dirname, '../src/opentelemetry.ts');
    const program = `
      import { registerHooks } from 'node:module';
      const asked = [];
      registerHooks({
        resolve(specifier, context, next) {
          asked.push(specifier);
          return next(specifier, context);
        },
      });
      const { logTelemetry } = await import(${JSON.stringify(entry)});
      console.log(typeof logTelemetry, asked.filter((name) => !name.startsWith('.')).length);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
    // The entry point itself is the one name that does not begin with a dot.
    expect([stdout.trim(), stderr]).toEqual(['function 1', '']);
  });
});

/** What a real log was observed to do: commits, signatures and pins, then failures of both steps. */
async function observedLog(observe: ObserveLog): Promise<readonly LogObservation[]> {
  const seen: LogObservation[] = [];
  let signs = true;
  const signer = {
    publicKey: SIGNER.publicKey,
    sign: (message: Uint8Array) => (signs ? SIGNER.sign(message) : new Uint8Array(1)),
  };
  const pin = { latest: () => Promise.resolve(undefined), pin: () => Promise.resolve() };
  const log = await openTestLog(temporaryPath(), {
    signer,
    pin,
    observe: (observation) => {
      seen.push(observation);
      observe(observation);
    },
  });
  await Promise.all([log.append(eventsNumbered(3)), log.append(eventNumber(3))]);
  await log.append(eventNumber(4));
  const conflict = { ...eventNumber(0), expectedVersion: 7 };
  for (let round = 0; round < 2; round += 1) {
    expect(await codeOf(() => log.append(conflict))).toBe('version-conflict');
  }
  signs = false;
  expect(await codeOf(() => log.append(eventNumber(5)))).toBe('signer-failed');
  return seen;
}

function failure(step: string, code: string, value: number): { attributes: Attributes; value: number } {
  return { attributes: { ...OF_LOG, 'audit.log.step': step, 'error.type': code }, value };
}

function inMilliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

function absent(name: string): never {
  throw new Error(`${name} is absent`);
}
