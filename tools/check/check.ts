/** What a check found: nothing, or why it does not pass. */
export interface Finding {
  readonly ok: boolean;
  /** What a reader needs to mend it; printed only when the check does not pass. */
  readonly output: string;
  /** A few words behind the line of a check that passes: what was measured. */
  readonly measured?: string;
}

/** One check of the whole workspace. */
export interface Check {
  readonly name: string;
  readonly about: string;
  run(): Promise<Finding>;
}

/** A finding from a list of problems, a line each: it passes when there is none. */
export function findingOf(problems: readonly string[]): Finding {
  return { ok: problems.length === 0, output: problems.join('\n') };
}
