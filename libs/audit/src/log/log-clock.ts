import { LogError } from '../log-error.ts';

/**
 * How far the clock may be behind the log before an append is refused: a day, which covers a machine that started in the
 * wrong time zone and was corrected. A journal that stops for less would cost more than the time of an entry is worth.
 */
const TOLERANCE_MS = 86_400_000;

/**
 * Gives the times of entries: never before the last one, and never silently far from the clock. Behind a
 * clock that was set back, entries keep the last time until it has caught up; one that is far behind was wrong before, or
 * is now, and a person has to look.
 */
export class LogClock {
  readonly #clock: () => number;

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * The time of an entry behind one of `last`, in milliseconds since 1970.
   *
   * @throws LogError `clock-malformed`, `clock-behind`.
   */
  after(last: number): number {
    const time = this.#clock();
    if (!Number.isSafeInteger(time) || time < 0) {
      throw new LogError('clock-malformed', 'the clock gave no time', {
        value: String(time),
        limit: 'whole milliseconds since 1970',
      });
    }
    if (time < last - TOLERANCE_MS) {
      throw new LogError('clock-behind', 'the clock is far behind the last entry: one of the two is wrong', {
        value: timeText(time),
        limit: `${timeText(last)}, less ${TOLERANCE_MS} ms`,
      });
    }
    return Math.max(time, last);
  }
}

function timeText(time: number): string {
  return time <= MAX_DATE ? new Date(time).toISOString() : `${time} ms`;
}

/** The last instant of an ECMAScript Date (ECMA-262, section "Time Values and Time Range"). */
const MAX_DATE = 8.64e15;
