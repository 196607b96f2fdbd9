import type { JudgeAnchor } from './anchor-verdict.ts';
import type { SignatureVerifier } from './note-signature.ts';
import type { WitnessPolicy } from './witness-policy.ts';

/** What the examiner knows from elsewhere, and does not take from the bundle. */
export interface TrustPolicy {
  /** The log that the bundle must be of. */
  readonly origin: string;
  /** The log's Ed25519 key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /**
   * A checkpoint of this log that was kept earlier. The bundle must be of a log that continues it; only so is a
   * rollback or a second history seen.
   */
  readonly pinnedCheckpoint?: string;
  /** Whether the bundle must hold the log from its first entry to the checkpoint; false when absent. */
  readonly wholeLog?: boolean;
  /** The checkpoint must be cosigned by the quorum of this policy; logs that it names count for nothing here. */
  readonly witnesses?: WitnessPolicy;
  /** How anchors are judged, by a chain that is trusted; and whether at least one must prove when entries existed. */
  readonly anchors?: { readonly judge: JudgeAnchor; readonly required?: boolean };
  /** Verifies cosignatures of ML-DSA-44, as the function of this name of crypto-core does; where absent nothing does. */
  readonly verifyMlDsa44?: SignatureVerifier;
}
