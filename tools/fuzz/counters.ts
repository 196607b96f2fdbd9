/** The name by which instrumented modules find their counters. */
export const COUNTERS_NAME = '__fuzzCounters__';

/** What an instrumented module declares: a counter a statement, a function and an arm of a branch. */
interface ModuleCounters {
  s: Record<string, number> | Uint32Array;
  f: Record<string, number> | Uint32Array;
  b: Record<string, readonly number[] | Uint32Array>;
}

const CAPACITY = 2 ** 17;

/**
 * The counters of every instrumented module in one array, so that they are zeroed and read at once. The modules increment
 * them where they would increment their own: what a module registers is answered with windows into the array.
 */
export class Counters {
  readonly #all = new Uint32Array(CAPACITY);
  #used = 0;

  /** Takes the counters of every module that is loaded from now on. */
  install(): void {
    const modules: Record<string, ModuleCounters> = {};
    Object.defineProperty(globalThis, COUNTERS_NAME, {
      value: new Proxy(modules, {
        set: (known, path: string, declared: ModuleCounters) => {
          known[path] = this.#adopt(declared);
          return true;
        },
      }),
    });
  }

  /** How many there are. */
  get size(): number {
    return this.#used;
  }

  /** How often each place was passed since the last {@link reset}: the array itself, not a copy. */
  get hits(): Uint32Array {
    return this.#all.subarray(0, this.#used);
  }

  reset(): void {
    this.#all.fill(0, 0, this.#used);
  }

  #adopt(declared: ModuleCounters): ModuleCounters {
    const branches = Object.entries(declared.b).map(([id, arms]) => [id, this.#window(arms.length)] as const);
    return {
      ...declared,
      s: this.#window(Object.keys(declared.s).length),
      f: this.#window(Object.keys(declared.f).length),
      b: Object.fromEntries(branches),
    };
  }

  #window(length: number): Uint32Array {
    const start = this.#used;
    if (start + length > CAPACITY) throw new Error(`more than ${CAPACITY} places to count`);
    this.#used += length;
    return this.#all.subarray(start, this.#used);
  }
}
