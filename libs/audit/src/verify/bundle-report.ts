/** What is checked of each entry. */
export type EntryCheckName =
  'entry order' | 'entry form' | 'leaf hash' | 'chain link' | 'time order' | 'stream order' | 'personal data';

/** What is checked of a bundle as a whole. */
export type BundleCheckName =
  | 'bundle format'
  | 'origin'
  | 'checkpoint signature'
  | 'checkpoint'
  | 'witness quorum'
  | 'pinned checkpoint'
  | 'anchor'
  | 'inclusion proof'
  | 'completeness';

/** One thing that was checked of one entry. */
export interface EntryCheck {
  readonly name: EntryCheckName;
  readonly ok: boolean;
  /** A few words: what holds, or what does not. */
  readonly detail: string;
}

/** One thing that was checked of the bundle, or of an entry of it. */
export interface BundleCheck {
  readonly name: BundleCheckName | EntryCheckName;
  readonly ok: boolean;
  /** Position in the log of the entry concerned; absent for what concerns the whole bundle, or all of its entries. */
  readonly entry?: number;
  /** A few words: what holds, or what does not. */
  readonly detail: string;
}

/** Personal data that an entry commits to: erased or kept back, or revealed and what the entry commits to. */
export type ReportedPersonalData =
  { readonly state: 'withheld' } | { readonly state: 'revealed'; readonly value: unknown };

/** One entry as the bundle gives it. Of one that cannot be read, only the position is known and the rest is empty. */
export interface BundleReportEntry {
  /** Position in the log. */
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly stream: string;
  readonly streamVersion: number;
  readonly type: string;
  readonly subject?: string;
  /** With integers as `bigint` and bytes as `Uint8Array`. */
  readonly body: unknown;
  /** Present where the entry commits to personal data about the subject. */
  readonly personal?: ReportedPersonalData;
  /** Leaf hash that the proof is about, 32 bytes. */
  readonly leafHash: Uint8Array;
  /** Hashes of the largest complete subtrees that stand between the entry before and this one. */
  readonly subtrees: readonly Uint8Array[];
  /**
   * Whether every check of this entry passed. Of an entry that is told of while the bundle is still being read, the
   * proof is not complete yet: only {@link BundleReport.ok} says that it leads to the checkpoint.
   */
  readonly ok: boolean;
  readonly checks: readonly EntryCheck[];
  readonly line: LineInFile;
  /** Of the personal data that the file reveals of it. */
  readonly personalLine?: LineInFile;
}

/** Where a line stands in the file, and how long it is, in bytes. */
export interface LineInFile {
  readonly offset: number;
  readonly length: number;
}

/** What an anchor in a chain says about the bundle. */
export interface AnchorFinding {
  /** It is about the first entries of the log, so many. */
  readonly treeSize: number;
  /** Without a chain that the policy trusts it is not judged. */
  readonly status: 'proven' | 'refused' | 'not judged';
  /** A few words: before which time they existed, or what does not hold. */
  readonly detail: string;
}

/** What was found. Nothing in it is to be relied on unless {@link BundleReport.ok}. */
export interface BundleReport {
  /** Whether every check passed. */
  readonly ok: boolean;
  /** One line for a person, such as `entry 11 altered: leaf hash differs`. */
  readonly summary: string;
  readonly origin: string;
  readonly treeSize: number;
  /** Root hash of the checkpoint, in hexadecimal. */
  readonly rootHash: string;
  /** How many entries there are. */
  readonly entryCount: number;
  /** Hashes of the largest complete subtrees that stand behind the last entry. */
  readonly endSubtrees: readonly Uint8Array[];
  /** Every anchor in the file. */
  readonly anchors: readonly AnchorFinding[];
  /** Whether the entries lead to the root of the checkpoint: then each whose checks passed is an entry of that log. */
  readonly isIncluded: boolean;
  /**
   * What was checked, in order. Of what is checked of each entry, every failure stands here alone, up to 1,000 of them,
   * and what passed everywhere stands in one line.
   */
  readonly checks: readonly BundleCheck[];
}

/** A report with the entries themselves. */
export interface BundleReportWithEntries extends BundleReport {
  readonly entries: readonly BundleReportEntry[];
}
