import type { WriteStream } from 'node:tty';
import type { PartyName } from '../swap-lab/swap-lab.ts';

/**
 * Shows what goes on: on a terminal one line that rewrites itself and a line a scenario that stays; elsewhere a line
 * a scenario.
 */
export class Ticker {
  readonly #stream: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number };
  readonly #phases: Record<PartyName, string> = { alice: '', bob: '' };
  #scenario = '';
  #began = 0;

  constructor(stream: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number }) {
    this.#stream = stream;
  }

  /** Something that is neither a scenario nor a phase. */
  step(text: string): void {
    this.#live(` ${text} …`);
    if (this.#stream.isTTY !== true) this.#stream.write(` ${text}\n`);
  }

  begin(scenario: string): void {
    this.#scenario = scenario;
    this.#began = performance.now();
    this.#phases.alice = '';
    this.#phases.bob = '';
    this.#live(` ${scenario}`);
  }

  phase(party: PartyName, phase: string): void {
    this.#phases[party] = phase;
    const { alice, bob } = this.#phases;
    this.#live(` ${this.#scenario.padEnd(26)} Alice ${alice.padEnd(16)} Bob ${bob}`);
  }

  note(text: string): void {
    this.clear();
    this.#stream.write(`   ${text}\n`);
  }

  end(outcome: string): void {
    this.clear();
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(1);
    this.#stream.write(` ${this.#scenario.padEnd(26)} ${outcome.padEnd(16)} ${seconds.padStart(5)} s\n`);
  }

  clear(): void {
    if (this.#stream.isTTY === true) this.#stream.write('\r\u001b[K');
  }

  #live(text: string): void {
    if (this.#stream.isTTY !== true) return;
    this.#stream.write(`\r\u001b[K${text.slice(0, (this.#stream.columns ?? 80) - 1)}`);
  }
}
