/** One vector: it runs, and throws when the library disagrees with it, or says why it does not run. */
export type ConformanceCase =
  | { readonly name: string; readonly run: () => void | Promise<void> }
  | { readonly name: string; readonly skip: string };

/** The vectors of one standard. A file `test/conformance/<library>/<suite>.ts` exports one as `suite`. */
export interface ConformanceSuite {
  /** Where the vectors come from, such as `BIP340` or `Wycheproof`. */
  readonly source: string;
  /** Files of the suite, relative to the folder of vectors. Where one is absent the whole suite is skipped. */
  readonly files: readonly string[];
  /** The cases in those files, given as their path in `files` and their text. No case at all is a failure. */
  cases(files: ReadonlyMap<string, string>): Iterable<ConformanceCase>;
}
