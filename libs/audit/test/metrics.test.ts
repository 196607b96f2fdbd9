import { describe, expect, it } from 'vitest';
import { logMetrics, type LogObservation } from '../src/index.ts';
import { codeOf, eventNumber, eventsNumbered, openTestLog, SIGNER, temporaryPath } from './temporary-log.ts';

describe('what a log tells', () => {
  it('is that it was opened, and every commit, signature, pin and failure, in their order', async () => {
    const seen: LogObservation[] = [];
    let signs = true;
    const signer = {
      publicKey: SIGNER.publicKey,
      sign: (message: Uint8Array) => (signs ? SIGNER.sign(message) : new Uint8Array(1)),
    };
    const pin = { latest: () => Promise.resolve(undefined), pin: () => Promise.resolve() };
    const log = await openTestLog(temporaryPath(), { signer, pin, observe: (event) => seen.push(event) });
    await Promise.all([log.append(eventsNumbered(3)), log.append(eventNumber(3))]);
    const conflict = { ...eventNumber(0), expectedVersion: 7 };
    expect(await codeOf(() => log.append(conflict))).toBe('version-conflict');
    signs = false;
    expect(await codeOf(() => log.append(eventNumber(4)))).toBe('signer-failed');
    expect(seen.map(({ kind }) => kind)).toEqual([
      'opened',
      'signed',
      'pinned',
      'committed',
      'failed',
      'failed',
      'failed',
    ]);
    expect(seen[0]).toMatchObject({ size: 0, signedSize: 0, restored: 0 });
    expect(seen[3]).toMatchObject({ entries: 4, calls: 2, size: 4 });
    expect(seen.slice(4)).toEqual([
      { kind: 'failed', step: 'append', code: 'version-conflict' },
      { kind: 'failed', step: 'sign', code: 'signer-failed' },
      { kind: 'failed', step: 'append', code: 'signer-failed' },
    ]);
  });

  it('cannot be stopped by whoever listens', async () => {
    const log = await openTestLog(temporaryPath(), {
      observe: () => {
        throw new Error('the dashboard is down');
      },
    });
    expect((await log.append(eventNumber(0))).index).toBe(0);
  });
});

describe('metrics', () => {
  it('are the text that Prometheus reads, with one heading a family and cumulative buckets', async () => {
    const metrics = logMetrics();
    const log = await openTestLog(temporaryPath(), {
      observe: metrics.observe('example.com/a "quoted"\\\n'),
    });
    await log.append(eventsNumbered(5));
    await log.checkpoint();
    await codeOf(() => log.append({ ...eventNumber(0), expectedVersion: 9 }));
    metrics.observe('example.com/b')({ kind: 'committed', entries: 1, calls: 1, size: 1, milliseconds: 30 });
    const lines = metrics.text().split('\n');
    const label = 'log="example.com/a \\"quoted\\"\\\\\\n"';
    expect(lines).toContain(`audit_log_size{${label}} 5`);
    expect(lines).toContain(`audit_log_signed_size{${label}} 5`);
    expect(lines).toContain(`audit_log_entries_total{${label}} 5`);
    expect(lines).toContain(`audit_log_calls_total{${label}} 1`);
    expect(lines).toContain(`audit_log_failures_total{${label},step="append",code="version-conflict"} 1`);
    expect(lines).toContain('audit_log_commit_seconds_bucket{log="example.com/b",le="0.025"} 0');
    expect(lines).toContain('audit_log_commit_seconds_bucket{log="example.com/b",le="0.05"} 1');
    expect(lines).toContain('audit_log_commit_seconds_bucket{log="example.com/b",le="+Inf"} 1');
    expect(lines).toContain('audit_log_commit_seconds_sum{log="example.com/b"} 0.03');
    expect(lines).toContain('audit_log_commit_seconds_count{log="example.com/b"} 1');
    expect(lines.filter((line) => line.startsWith('# TYPE audit_log_commit_seconds'))).toEqual([
      '# TYPE audit_log_commit_seconds histogram',
    ]);
    const sample = /^[a-z_]+\{log="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="[^"]*")*\} [0-9.e+-]+$/u;
    expect(lines.filter((line) => line !== '' && !line.startsWith('# ') && !sample.test(line))).toEqual([]);
    expect(lines.at(-1)).toBe('');
  });

  it('keep their counts when a log is opened again under the same origin', () => {
    const metrics = logMetrics();
    const commit: LogObservation = { kind: 'committed', entries: 2, calls: 1, size: 2, milliseconds: 1 };
    metrics.observe('a')(commit);
    metrics.observe('a')({ ...commit, size: 4 });
    expect(metrics.text()).toContain('audit_log_entries_total{log="a"} 4');
    expect(metrics.text()).toContain('audit_log_size{log="a"} 4');
  });
});
