export { openLog } from './log/open-log.ts';
export type { Log, LogOptions } from './log/log.ts';
export type { Receipt } from './log/receipt.ts';
export type { EntrySelection } from './log/entry-reader.ts';
export type { CheckReport } from './log/check-log.ts';
export type { CheckProblem } from './log/check-problems.ts';

export { MAX_EVENT_BYTES, MAX_EVENT_DEPTH, type EventValue } from './event/event-value.ts';
export { MAX_NAME_LENGTH, type NewEvent } from './event/new-event.ts';
export type { LogEntry } from './event/entry.ts';
export { canonicalJson } from './event/canonical-json.ts';
export { parseCanonicalJson } from './event/parse-canonical-json.ts';

export { openSqliteStore, type SqliteStoreOptions } from './store/sqlite-store.ts';
export type { Tile } from './merkle/tile.ts';
export type { Awaitable } from './store/awaitable.ts';
export type { LogStore } from './store/log-store.ts';
export type {
  Commit,
  LogRecords,
  SealedPersonalData,
  StoredEntry,
  StoredHead,
  StreamSegment,
} from './store/log-records.ts';

export type { PersonalDataOptions } from './erasure/erasure.ts';
export type { ErasureOutcome, PersonalData, Subjects } from './erasure/subjects.ts';
export type { RevealedPersonalData } from './erasure/personal-data.ts';
export { verifyPersonalData, type PersonalDataClaim } from './verify/personal-data.ts';
export type { ErasureObstacle, LegalHold, RetentionRule } from './erasure/retention.ts';
export type { PersonalDataKeys } from './erasure/subject-keys.ts';

export type { LogObservation, ObserveLog } from './metrics/log-observation.ts';
export { logMetrics, type LogMetrics } from './metrics/log-metrics.ts';

export type { BackupReport, TaskProgress } from './backup/backup-log.ts';
export { restoreLog, type RestoreReport } from './backup/restore-log.ts';

export { publishTiles, type PublishOptions, type PublishReport } from './tiles/publish-tiles.ts';
export { folderSink, type TileResource, type TileSink } from './tiles/tile-sink.ts';
export { openTiledLog, type FetchTile, type TiledLog, type TiledLogOptions } from './tiles/tiled-log.ts';

export type { PruneReport } from './prune/prune-log.ts';
export { fsck, type FsckOptions, type FsckReport } from './fsck/fsck.ts';

export { openStream, type EventCodec, type EventStream } from './stream/event-stream.ts';

export type { CheckpointSigner } from './checkpoint/checkpoint-signer.ts';
export { cosigner, ed25519NoteSigner, type NoteSigner } from './note/note-signer.ts';

export type { CheckpointPin, EntryKeeper, Pinned } from './pin/checkpoint-pin.ts';
export type { ConsistencyProver } from './merkle/consistency-prover.ts';
export { openFilePin, type FilePin, type FilePinOptions } from './pin/file-pin.ts';

export type { BundleSelection, ListedEntries } from './bundle/bundle-selection.ts';
export type { BundleExport } from './bundle/export-bundle.ts';
export {
  verifyBundle,
  verifyBundleStream,
  type ByteSource,
  type ReadableByteStream,
} from './verify/verify-bundle.ts';
export type { OnEntry } from './verify/bundle-verifier.ts';
export type {
  AnchorFinding,
  BundleCheck,
  BundleCheckName,
  BundleReport,
  BundleReportEntry,
  BundleReportWithEntries,
  EntryCheck,
  EntryCheckName,
  LineInFile,
  ReportedPersonalData,
} from './verify/bundle-report.ts';
export type { TrustPolicy } from './verify/trust-policy.ts';
export type { AnchorVerdict, JudgeAnchor } from './verify/anchor-verdict.ts';
export { isRefusedPolicy, readTrustPolicy, type RefusedPolicy } from './verify/trust-policy-file.ts';
export {
  hashLeaf,
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
} from './verify/merkle-proof.ts';
export { readCheckpoint, type CheckpointStatement } from './verify/checkpoint-text.ts';
export { openNote, type NoteResult } from './verify/note.ts';
export type { SignatureVerifier, SignatureVerifiers } from './verify/note-signature.ts';
export {
  readVerifierKey,
  verifierKey,
  writeVerifierKey,
  type SignatureType,
  type VerifierKey,
} from './verify/verifier-key.ts';
export {
  readWitnessPolicy,
  type PolicyLog,
  type PolicyResult,
  type PolicyRule,
  type PolicyWitness,
  type WitnessPolicy,
} from './verify/witness-policy.ts';
export {
  evaluateQuorum,
  type QuorumOptions,
  type QuorumReport,
  type WitnessFinding,
} from './verify/quorum.ts';
export {
  readTlogProof,
  verifyTlogProof,
  type ReadTlogProof,
  type TlogProofReport,
} from './verify/tlog-proof.ts';
export {
  compareCheckpoints,
  verifySplitView,
  type CheckpointComparison,
  type ComparedLog,
  type SplitViewReport,
} from './verify/split-view.ts';
export type { SplitViewEvidence } from './verify/split-view-file.ts';

export { LogError, isLogError, type LogErrorCode, type LogErrorDetail } from './log-error.ts';
