import type { Attributes, Meter, Tracer } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type DataPointType,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { onTestFinished } from 'vitest';

/** What was recorded of one metric. */
export interface Points {
  readonly type: DataPointType;
  readonly unit: string;
  readonly values: readonly { readonly attributes: Attributes; readonly value: unknown }[];
}

/** A meter of the real SDK, and what was recorded by name. */
export function meterInMemory(): { meter: Meter; points: () => Promise<ReadonlyMap<string, Points>> } {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  onTestFinished(() => provider.shutdown());
  const points = async (): Promise<ReadonlyMap<string, Points>> => {
    await provider.forceFlush();
    const metrics =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    return new Map(
      metrics.map(({ descriptor, dataPointType, dataPoints }) => [
        descriptor.name,
        {
          type: dataPointType,
          unit: descriptor.unit,
          values: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
        },
      ]),
    );
  };
  return { meter: provider.getMeter('test'), points };
}

/** A tracer of the real SDK, and the spans that ended. */
export function tracerInMemory(): { tracer: Tracer; spans: () => ReadableSpan[] } {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  onTestFinished(() => provider.shutdown());
  return { tracer: provider.getTracer('test'), spans: () => exporter.getFinishedSpans() };
}
