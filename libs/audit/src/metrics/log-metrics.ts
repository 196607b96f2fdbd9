import { DURATION_BOUNDS } from './duration-bounds.ts';
import type { LogObservation, ObserveLog } from './log-observation.ts';

/** Counters of any number of logs, as Prometheus reads them. */
export interface LogMetrics {
  /** The `observe` option of the log of that origin. */
  observe(origin: string): ObserveLog;
  /** Everything so far in the text format of Prometheus, version 0.0.4. */
  text(): string;
}

/** Metrics to be given to logs and to be served under a path of one's own, such as `/metrics`. */
export function logMetrics(): LogMetrics {
  const series = new Map<string, Series>();
  return {
    observe(origin) {
      const own = series.get(origin) ?? new Series();
      series.set(origin, own);
      return (observation) => {
        own.take(observation);
      };
    },
    text: () => [...families(series)].join('\n') + '\n',
  };
}

class Series {
  size = 0;
  calls = 0;
  entries = 0;
  signedSize = 0;
  restored = 0;
  readonly durations = {
    opened: new Histogram(),
    committed: new Histogram(),
    signed: new Histogram(),
    pinned: new Histogram(),
  };
  readonly failures = new Map<string, number>();

  take(observation: LogObservation): void {
    if (observation.kind === 'failed') {
      const labels = `step="${observation.step}",code="${escaped(observation.code)}"`;
      this.failures.set(labels, (this.failures.get(labels) ?? 0) + 1);
      return;
    }
    this.durations[observation.kind].add(observation.milliseconds / 1000);
    switch (observation.kind) {
      case 'opened':
        this.size = observation.size;
        this.signedSize = observation.signedSize;
        this.restored += observation.restored;
        break;
      case 'committed':
        this.size = observation.size;
        this.entries += observation.entries;
        this.calls += observation.calls;
        break;
      case 'signed':
      case 'pinned':
        this.signedSize = observation.size;
    }
  }
}

class Histogram {
  readonly #counts = DURATION_BOUNDS.map(() => 0);
  #count = 0;
  #sum = 0;

  add(seconds: number): void {
    this.#count += 1;
    this.#sum += seconds;
    DURATION_BOUNDS.forEach((bound, position) => {
      if (seconds <= bound) this.#counts[position] = (this.#counts[position] ?? 0) + 1;
    });
  }

  *lines(name: string, labels: string): Iterable<string> {
    for (const [position, bound] of DURATION_BOUNDS.entries()) {
      yield `${name}_bucket{${labels},le="${bound}"} ${this.#counts[position] ?? 0}`;
    }
    yield `${name}_bucket{${labels},le="+Inf"} ${this.#count}`;
    yield `${name}_sum{${labels}} ${this.#sum}`;
    yield `${name}_count{${labels}} ${this.#count}`;
  }
}

function* families(series: ReadonlyMap<string, Series>): Iterable<string> {
  const logs = [...series].map(([origin, own]) => ({ labels: `log="${escaped(origin)}"`, own }));
  const counts: readonly [name: string, type: string, help: string, value: (own: Series) => number][] = [
    ['audit_log_size', 'gauge', 'Entries that are durable.', (own) => own.size],
    ['audit_log_signed_size', 'gauge', 'Entries that the latest signature covers.', (own) => own.signedSize],
    ['audit_log_entries_total', 'counter', 'Entries that were appended.', (own) => own.entries],
    ['audit_log_calls_total', 'counter', 'Calls that were appended.', (own) => own.calls],
    [
      'audit_log_restored_entries_total',
      'counter',
      'Entries that a crash had left in the pin alone.',
      (own) => own.restored,
    ],
  ];
  for (const [name, type, help, value] of counts) {
    yield* heading(name, type, help);
    for (const { labels, own } of logs) yield `${name}{${labels}} ${value(own)}`;
  }
  const durations = [
    ['opened', 'audit_log_open_seconds', 'Time to open the log.'],
    ['committed', 'audit_log_commit_seconds', 'Time to make a group of entries durable.'],
    ['signed', 'audit_log_sign_seconds', 'Time to sign a checkpoint.'],
    ['pinned', 'audit_log_pin_seconds', 'Time to pin a checkpoint.'],
  ] as const;
  for (const [kind, name, help] of durations) {
    yield* heading(name, 'histogram', help);
    for (const { labels, own } of logs) yield* own.durations[kind].lines(name, labels);
  }
  const name = 'audit_log_failures_total';
  yield* heading(name, 'counter', 'Steps that failed, by the code of their error.');
  for (const { labels, own } of logs) {
    for (const [failure, count] of own.failures) yield `${name}{${labels},${failure}} ${count}`;
  }
}

function* heading(name: string, type: string, help: string): Iterable<string> {
  yield `# HELP ${name} ${help}`;
  yield `# TYPE ${name} ${type}`;
}

/** Label values escape backslash, quote and line feed (Prometheus exposition formats, "Comments, help text…"). */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
