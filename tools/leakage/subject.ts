/**
 * What is measured: one operation on inputs of two classes. A file `tools/leakage/<library>/<name>.ts` exports
 * `subjects: readonly Subject[]`.
 */
export interface Subject {
  readonly name: string;
  /** How the inputs of the second class differ from those of the first. */
  readonly classes: string;
  /**
   * Why a difference is expected, for what is known to leak: it is measured and printed like the others, so that what the
   * README says of it has a figure, and decides nothing.
   */
  readonly knownLeak?: string;
  prepare(): Trial;
}

/** A subject that is ready to be measured. */
export interface Trial {
  /**
   * Puts an input of one class where `run` finds it: into the same memory for both, by the same work. It is not timed.
   */
  select(isSecondClass: boolean): void;
  /** Called again and again on what was selected. */
  run(): unknown;
}
