export { openLog } from './log/open-log.ts';
export type { Log, LogOptions } from './log/log.ts';
export type { Receipt } from './log/receipt.ts';
export type { EntrySelection } from './log/entry-reader.ts';
export type { CheckProblem, CheckReport } from './log/check-log.ts';

export { MAX_EVENT_BYTES, MAX_EVENT_DEPTH, type EventValue } from './event/event-value.ts';
export { MAX_NAME_LENGTH, type NewEvent } from './event/new-event.ts';
export type { LogEntry } from './event/entry.ts';
export { canonicalJson } from './event/canonical-json.ts';
export { parseCanonicalJson } from './event/parse-canonical-json.ts';

export { openStream, type EventCodec, type EventStream } from './stream/event-stream.ts';

export type { CheckpointSigner } from './checkpoint/signed-note.ts';

export type { CheckpointPin } from './pin/checkpoint-pin.ts';
export { openFilePin, type FilePin } from './pin/file-pin.ts';

export type { BundleSelection } from './bundle/export-bundle.ts';
export { verifyBundle } from './verify/verify-bundle.ts';
export type { BundleCheck, BundleReport, BundleReportEntry } from './verify/bundle-report.ts';
export type { TrustPolicy } from './verify/trust-policy.ts';
export {
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
} from './verify/merkle-proof.ts';
export { openNote, readCheckpoint, type CheckpointStatement, type NoteResult } from './verify/note.ts';

export { LogError, isLogError, type LogErrorCode, type LogErrorDetail } from './log-error.ts';
