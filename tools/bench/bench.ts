/** The two sides of a benchmark, ready to be called again and again. */
export interface Prepared {
  ours(): void | Promise<void>;
  peer(): void | Promise<void>;
  close?(): Promise<void>;
}

/** How long a benchmark runs. */
export interface Effort {
  readonly rounds: number;
  /** Both sides are called this long, by turns, before anything counts. */
  readonly warmUpMs: number;
  /** A sample repeats its call until it lasts about this long. */
  readonly sampleMs: number;
}

/**
 * One benchmark against an opponent. A file `tools/bench/<library>/<name>.ts` exports `benches: readonly Bench[]`;
 * where an opponent is not a dependency of the suite it also exports `needsOpponents = true`, and loads the opponent
 * inside `prepare`, which is called once `tools/bench/opponents` is installed.
 */
export interface Bench {
  readonly name: string;
  /** The least ratio of peer time to our time, an operation each, that passes. */
  readonly goal: number;
  /** A ratio above the goal that is wanted and not reached on every machine: whether it was is told, and fails nothing. */
  readonly aim?: number;
  /** What it is measured against: `<name>@<version>`. */
  readonly peer: string;
  /** Operations in one call of `ours`; 1 when absent. */
  readonly unitsOurs?: number;
  /** Operations in one call of `peer`; 1 when absent. */
  readonly unitsPeer?: number;
  /** What else is told of it, given the nanoseconds that an operation of ours took. */
  readonly tells?: (oursNs: number) => Readonly<Record<string, string | number>>;
  /** How long it runs, where it is not as long as the others. */
  readonly effort?: Effort;
  prepare(): Promise<Prepared>;
}

/** One benchmark of memory: how much an operation takes of what it may. Stands among the others in `benches`. */
export interface MemoryBench {
  readonly name: string;
  /** The most that passes, in megabytes (10^6 bytes). */
  readonly limitMb: number;
  /** Runs the operation once in a process of its own. */
  measure(): Promise<{
    readonly usedMb: number;
    /** What else was measured, as fields of the result. */
    readonly fields?: Readonly<Record<string, string | number>>;
  }>;
}
