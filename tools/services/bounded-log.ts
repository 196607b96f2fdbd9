/** The end of what a process has written: at most `limit` characters of it, so that a talkative one costs no memory. */
export class BoundedLog {
  readonly #limit: number;
  #text = '';

  constructor(limit: number) {
    this.#limit = limit;
  }

  append(text: string): void {
    this.#text += text;
    // Cut only at twice the limit: cutting on every append would copy the whole text each time.
    if (this.#text.length > 2 * this.#limit) this.#text = this.#text.slice(-this.#limit);
  }

  /** What is kept, from the start of a line. */
  toString(): string {
    if (this.#text.length <= this.#limit) return this.#text;
    const kept = this.#text.slice(-this.#limit);
    return kept.slice(kept.indexOf('\n') + 1);
  }

  lastLines(count: number): string {
    return this.#text.trimEnd().split('\n').slice(-count).join('\n');
  }
}
