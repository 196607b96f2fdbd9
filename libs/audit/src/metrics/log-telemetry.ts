import type { Attributes, Meter, Tracer } from '@opentelemetry/api';
import { DURATION_BOUNDS } from './duration-bounds.ts';
import { harmless, type LogObservation, type ObserveLog } from './log-observation.ts';

/** Where OpenTelemetry takes what a log did. What is absent is not recorded. */
export interface LogTelemetryOptions {
  readonly tracer?: Tracer;
  readonly meter?: Meter;
}

/** Metrics and traces of any number of logs. */
export interface LogTelemetry {
  /**
   * The `observe` option of the log of that origin.
   *
   * @param origin becomes the attribute `audit.log.origin`, by which logs are told apart
   */
  observe(origin: string): ObserveLog;
}

type Succeeded = Exclude<LogObservation, { readonly kind: 'failed' }>;
type Operation = 'open' | 'commit' | 'sign' | 'pin';

const OPERATIONS: Readonly<Record<Succeeded['kind'], Operation>> = {
  opened: 'open',
  committed: 'commit',
  signed: 'sign',
  pinned: 'pin',
};

/**
 * Records what logs do with OpenTelemetry, through the API of which only types are used here: the application brings the
 * tracer and the meter, and with them exporters, sampling and the resource.
 *
 * Metrics, named after OpenTelemetry's semantic conventions, each with the attribute `audit.log.origin`:
 *
 * - `audit.log.open.duration`, `audit.log.commit.duration`, `audit.log.sign.duration`, `audit.log.pin.duration`: histograms,
 *   in seconds. Of the time of a commit in a log with a pin, the signature and the pin are a part.
 * - `audit.log.entries`: counter of the entries that became durable.
 * - `audit.log.restored`: counter of the entries that a crash had left in the pin alone, and that opening the log found there.
 * - `audit.log.failures`: counter of the calls and signatures that failed, with `audit.log.step` (`append` or `sign`) and
 *   `error.type` (the code of the LogError).
 *
 * Spans, internal ones: `audit.log.open` (with `audit.log.restored`), `audit.log.commit` (with `audit.log.entries` and
 * `audit.log.calls`, those of this commit), `audit.log.sign` and `audit.log.pin`, each with `audit.log.origin` and
 * `audit.log.size`, the entries that it covers.
 * Every one is the root of a trace of its own, since a commit serves many calls: the trace of none of them is its parent.
 * A failure has no span, as no time was taken for it.
 *
 * Attributes never hold anything of an entry, its stream or its subject. What a tracer or a meter throws is ignored.
 */
export function logTelemetry({ tracer, meter }: LogTelemetryOptions): LogTelemetry {
  const measures = meter === undefined ? undefined : measuring(meter);
  const traces = tracer === undefined ? undefined : tracing(tracer);
  return {
    observe(origin) {
      const log = { 'audit.log.origin': origin };
      // Each by itself: a tracer that fails costs no metric, and a meter that fails no span.
      const observers = [measures?.(log), traces?.(log)].map(harmless);
      return (observation) => {
        for (const observe of observers) observe(observation);
      };
    },
  };
}

function measuring(meter: Meter): (log: Attributes) => ObserveLog {
  const duration = (operation: Operation, description: string) =>
    meter.createHistogram(`audit.log.${operation}.duration`, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries: [...DURATION_BOUNDS] },
    });
  const durations = {
    open: duration('open', 'Time to open the log.'),
    commit: duration('commit', 'Time to make a group of entries durable.'),
    sign: duration('sign', 'Time to sign a checkpoint.'),
    pin: duration('pin', 'Time to pin a checkpoint.'),
  };
  const entries = meter.createCounter('audit.log.entries', {
    description: 'Entries that became durable.',
    unit: '{entry}',
  });
  const restored = meter.createCounter('audit.log.restored', {
    description: 'Entries that a crash had left in the pin alone.',
    unit: '{entry}',
  });
  const failures = meter.createCounter('audit.log.failures', {
    description: 'Steps that failed, by the code of their error.',
    unit: '{failure}',
  });
  return (log) => (observation) => {
    if (observation.kind === 'failed') {
      failures.add(1, { ...log, 'audit.log.step': observation.step, 'error.type': observation.code });
      return;
    }
    durations[OPERATIONS[observation.kind]].record(observation.milliseconds / 1000, log);
    if (observation.kind === 'committed') entries.add(observation.entries, log);
    if (observation.kind === 'opened' && observation.restored > 0) restored.add(observation.restored, log);
  };
}

function tracing(tracer: Tracer): (log: Attributes) => ObserveLog {
  return (log) => (observation) => {
    if (observation.kind === 'failed') return;
    // It is told at once: what took these milliseconds ends now. The same clock as that of other spans, by the epoch.
    const end = Date.now();
    const attributes: Attributes = { ...log, 'audit.log.size': observation.size };
    if (observation.kind === 'committed') {
      attributes['audit.log.entries'] = observation.entries;
      attributes['audit.log.calls'] = observation.calls;
    }
    if (observation.kind === 'opened') attributes['audit.log.restored'] = observation.restored;
    const name = `audit.log.${OPERATIONS[observation.kind]}`;
    tracer.startSpan(name, { root: true, startTime: end - observation.milliseconds, attributes }).end(end);
  };
}
