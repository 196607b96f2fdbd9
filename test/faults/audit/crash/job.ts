/** What a writing process is told to do. */
export interface Job {
  readonly workload: string;
  /** Of the log, for this job alone. */
  readonly folder: string;
  /** Whether the power goes off instead of the log being closed. */
  readonly powerOff: boolean;
}

/** An entry that was acknowledged. */
export interface AcknowledgedEntry {
  readonly index: number;
  readonly streamVersion: number;
  /** In hexadecimal. */
  readonly leafHash: string;
}

/** What became of one call. */
export type SaidOfAppend =
  | {
      readonly what: 'append';
      readonly call: number;
      readonly entries: readonly AcknowledgedEntry[];
      readonly code?: undefined;
    }
  | { readonly what: 'append'; readonly call: number; readonly code: string; readonly entries?: undefined };

/** A line that a writing process says. A code is that of the error that was met. */
export type Said =
  SaidOfAppend | { readonly what: 'ready' | 'end' | 'open' | 'close'; readonly code?: string };
