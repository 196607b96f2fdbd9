import { isLogError } from '../log-error.ts';
import type { Awaitable } from '../store/awaitable.ts';

/** What is wrong with a stored log. */
export interface CheckProblem {
  readonly check: 'entry' | 'chain' | 'stream' | 'time' | 'tile' | 'subject' | 'key' | 'checkpoint';
  /** Position of the entry concerned, where there is one. */
  readonly index?: number;
  readonly detail: string;
}

const MAX_PROBLEMS = 100;

/** Collects what is wrong, the first hundred. */
export class CheckProblems {
  readonly all: CheckProblem[] = [];

  report(check: CheckProblem['check'], index: number | undefined, detail: string): void {
    if (this.all.length >= MAX_PROBLEMS) return;
    this.all.push({ check, detail, ...(index === undefined ? {} : { index }) });
  }

  /** What `read` gives; `undefined`, and a problem, when it throws a LogError. */
  async attempt<T>(
    check: CheckProblem['check'],
    index: number | undefined,
    read: () => Awaitable<T>,
  ): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!isLogError(error)) throw error;
      this.report(check, index, error.message);
      return undefined;
    }
  }
}
