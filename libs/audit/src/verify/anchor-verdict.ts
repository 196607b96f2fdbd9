/** What is found of the file of an anchor alone; `verifyAnchor` gives it. */
export interface AnchorVerdict {
  readonly ok: boolean;
  /** One line for a person. */
  readonly summary: string;
  /** Of the checkpoint that is anchored. */
  readonly origin: string;
  readonly treeSize: number;
  /** In hexadecimal. */
  readonly rootHash: string;
}

/** Judges the file of an anchor by a chain that is trusted, and never throws. */
export type JudgeAnchor = (anchor: Uint8Array) => AnchorVerdict;
