import { LogError } from '../log-error.ts';

/**
 * Times for cosignatures: whole seconds, and never earlier than the one before, so that a clock that is set back does not
 * make a signer state a larger tree before a smaller one, which would be evidence against it.
 */
export class UnixClock {
  readonly #clock: () => number;
  #last = 0;

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Gives no time before this one any more: it was stated already. */
  notBefore(unixSeconds: number): void {
    this.#last = Math.max(this.#last, unixSeconds);
  }

  /** @throws LogError `clock-malformed` for a clock that gives no time, or none after 1970. */
  seconds(): number {
    const seconds = Math.floor(this.#clock() / 1000);
    if (!Number.isSafeInteger(seconds) || seconds < 1) {
      throw new LogError('clock-malformed', 'the clock gave no time to state', {
        value: String(seconds),
        limit: 'seconds since 1970, at least 1',
      });
    }
    this.#last = Math.max(this.#last, seconds);
    return this.#last;
  }
}
