export { anchorCommitment, anchorScript } from './anchor/anchor-commitment.ts';
export { anchorCheckpoint, type AnchorRequest, type AnchorTransaction } from './anchor/anchor-checkpoint.ts';
export { followAnchor, type AnchorProgress, type FollowAnchorOptions } from './anchor/follow-anchor.ts';
export { readAnchorFile, writeAnchorFile, type AnchorFile } from './anchor/anchor-file.ts';
export { verifyAnchor, type AnchorReport, type AnchorTrust } from './anchor/verify-anchor.ts';
export { readBitcoinTrust, type BitcoinTrust } from './anchor/anchor-trust-file.ts';
export { readExaminerPolicy } from './anchor/examiner-policy.ts';
export type { AnchorCheck, AnchoringBlock } from './anchor/anchor-report.ts';

export { readOtsFile, writeOtsFile, type OtsFile } from './anchor/ots-file.ts';
export {
  attestationsOf,
  readTimestamp,
  writeTimestamp,
  type AttestedMessage,
  type OtsBranch,
  type OtsTimestamp,
} from './anchor/ots-timestamp.ts';
export type { OtsAttestation } from './anchor/ots-attestation.ts';
export { applyOperation, type OtsHash, type OtsOperation } from './anchor/ots-operation.ts';
export { mergeTimestamps } from './anchor/ots-merge.ts';
export { stamp, type StampRequest, type StampResult, type SubmitDigest } from './anchor/ots-stamp.ts';
export {
  upgradeTimestamp,
  type FetchCalendar,
  type Upgrade,
  type UpgradeOutcome,
} from './anchor/ots-upgrade.ts';
export {
  httpCalendars,
  PUBLIC_CALENDARS,
  type CalendarOptions,
  type Calendars,
} from './anchor/ots-calendar.ts';
export {
  verifyTimestamp,
  type AttestationVerdict,
  type TimestampReport,
  type TimestampTrust,
} from './anchor/verify-timestamp.ts';
