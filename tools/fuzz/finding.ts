/**
 * What an input did that no input may do: the decoder threw what is no refusal; what it decoded broke a property of the
 * target; a refusal showed a secret; the input was written to; memory grew past its limit; the decoder did not end; the
 * process did.
 */
export type FindingKind =
  'unexpected-error' | 'property' | 'secret-shown' | 'input-changed' | 'memory' | 'hang' | 'crash';

export interface Finding {
  readonly kind: FindingKind;
  /** What was thrown or measured, with its stack where there is one. */
  readonly detail: string;
  readonly inputHex: string;
  /** In bytes, before the input was made smaller. */
  readonly foundLength: number;
}

/** What came of one run over one target. */
export interface FuzzReport {
  readonly executions: number;
  /** How many inputs were decoded and not refused. */
  readonly accepted: number;
  readonly corpus: number;
  /** How many of the `places` (statements, functions, arms of branches) of the library were reached. */
  readonly reached: number;
  readonly places: number;
  readonly findings: readonly Finding[];
}
