/** One thing that was checked. */
export interface BundleCheck {
  readonly name:
    | 'bundle format'
    | 'origin'
    | 'checkpoint'
    | 'checkpoint signature'
    | 'pinned checkpoint'
    | 'completeness'
    | 'entry order'
    | 'entry form'
    | 'leaf hash'
    | 'inclusion proof'
    | 'chain link'
    | 'stream order'
    | 'time order';
  readonly ok: boolean;
  /** Position in the log of the entry concerned. */
  readonly entry?: number;
  /** A few words: what holds, or what does not. */
  readonly detail: string;
}

/** One entry as the bundle gives it. Of one that cannot be read, only `index` is known and the rest is empty. */
export interface BundleReportEntry {
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly stream: string;
  readonly streamVersion: number;
  readonly type: string;
  readonly subject?: string;
  /** With integers as `bigint` and bytes as `Uint8Array`. */
  readonly body: unknown;
  /** Whether every check of this entry passed. */
  readonly ok: boolean;
}

/** What was found. Nothing in it is to be relied on unless {@link BundleReport.ok}. */
export interface BundleReport {
  /** Whether every check passed. */
  readonly ok: boolean;
  /** One line for a person, such as `entry 11 altered: leaf hash differs, inclusion fails`. */
  readonly summary: string;
  readonly origin: string;
  readonly treeSize: number;
  /** Root hash of the checkpoint, in hexadecimal. */
  readonly rootHash: string;
  readonly entries: readonly BundleReportEntry[];
  readonly checks: readonly BundleCheck[];
}
