import type { CheckpointPin } from '../pin/checkpoint-pin.ts';
import type { VerifierKey } from '../verify/verifier-key.ts';
import type { WitnessPolicy } from '../verify/witness-policy.ts';
import { collectCosignatures, type CollectOptions } from './collect-cosignatures.ts';
import { readNoteFile, writeNoteFile } from './note-file.ts';
import { createWitnessClient } from './witness-client.ts';

/** How a quorum of witnesses is made a pin. */
export interface WitnessPinOptions {
  /** The file in which the last cosigned checkpoint is kept. Its folder must exist. */
  readonly path: string;
  /** Its witnesses that have a URL are asked; the quorum has to be among them. */
  readonly policy: WitnessPolicy;
  /** Keys of the log, for a policy that names no log. */
  readonly logKeys?: readonly VerifierKey[];
  /** The global `fetch` when absent. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds for one request to one witness. Default 5,000. */
  readonly timeoutMs?: number;
  /** Milliseconds until a checkpoint that has no quorum fails, and with it the append that waits for it. Default 30,000. */
  readonly patienceMs?: number;
}

const DEFAULT_PATIENCE_MS = 30_000;

/**
 * A pin that stands for a quorum of witnesses: a log that has it acknowledges an event only when so many of them have
 * cosigned a checkpoint that covers it, and the cosigned note is kept.
 *
 * @throws LogError `option-malformed` for a URL that is none; `pin-failed`, `pin-corrupt`
 */
export function openWitnessPin(options: WitnessPinOptions): Promise<CheckpointPin> {
  return new Promise((resolve) => {
    resolve(new WitnessPin(options));
  });
}

class WitnessPin implements CheckpointPin {
  readonly #path: string;
  readonly #options: CollectOptions;
  #latest: string | undefined;

  constructor({ path, policy, logKeys = [], fetch, timeoutMs, patienceMs }: WitnessPinOptions) {
    const witnesses = policy.witnesses.flatMap(({ name, key, url }) => {
      if (url === undefined) return [];
      const client = createWitnessClient({
        url,
        keys: [key],
        ...(fetch === undefined ? {} : { fetch }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
      return [{ name, client }];
    });
    this.#options = { policy, witnesses, logKeys, patienceMs: patienceMs ?? DEFAULT_PATIENCE_MS };
    this.#path = path;
    this.#latest = readNoteFile(path);
  }

  latest(): Promise<string | undefined> {
    return Promise.resolve(this.#latest);
  }

  async pin(...[checkpoint, prove]: Parameters<CheckpointPin['pin']>): Promise<void> {
    const cosigned = await collectCosignatures(checkpoint, prove, this.#options);
    writeNoteFile(this.#path, cosigned);
    this.#latest = cosigned;
  }
}
