/** Where an event stands in the log; what is needed to ask the log for its proof. */
export interface Receipt {
  readonly origin: string;
  /** Position in the log, from 0. */
  readonly index: number;
  /** RFC 6962 leaf hash of the entry, 32 bytes. */
  readonly leafHash: Uint8Array;
  readonly stream: string;
  /** Position in the stream, from 1. */
  readonly streamVersion: number;
}
