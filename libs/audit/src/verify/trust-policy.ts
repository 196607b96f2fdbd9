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
}
