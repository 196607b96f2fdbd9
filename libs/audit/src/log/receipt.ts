/** What proves to the caller that an event is in the log, and where. */
export interface Receipt {
  readonly origin: string;
  /** Position in the log, from 0. */
  readonly index: number;
  /** RFC 6962 leaf hash of the entry, 32 bytes. */
  readonly leafHash: Uint8Array;
  readonly stream: string;
  /** Position in the stream, from 1. */
  readonly streamVersion: number;
  /** A signed checkpoint whose tree holds the entry (C2SP tlog-checkpoint). */
  readonly checkpoint: string;
}
