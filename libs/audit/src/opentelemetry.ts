export { logTelemetry, type LogTelemetry, type LogTelemetryOptions } from './metrics/log-telemetry.ts';
