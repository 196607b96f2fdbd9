/**
 * Sources of one library that are mutated together. A file `tools/mutation/<library>/<name>.ts` exports one as
 * `mutationSet`. Patterns are globs below `libs/<library>`.
 */
export interface MutationSet {
  readonly sources: readonly string[];
  /** The tests that are about these sources: every one of them runs for every mutant that it reaches. */
  readonly tests: readonly string[];
  /** How many of a hundred mutants must be found out. */
  readonly goal: number;
}
