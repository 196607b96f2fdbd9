import { isLogError, type Log, type NewEvent } from '@bitcoin-enterprise/audit';
import { toHex } from '@bitcoin-enterprise/crypto-core';
import { SwapError } from '../error.ts';
import type { SwapEvent } from '../swap/event.ts';
import { decodeSwapEvent, encodeSwapEvent } from './event-codec.ts';

const SWAP_STREAM = 'swap/';
const HASH_STREAM = 'payment-hash/';

/** The journal of one swap: a stream of the audit log. What is appended is durable before it is acknowledged. */
export class SwapJournal {
  readonly #log: Log;
  readonly #id: string;
  #version: number;

  private constructor(log: Log, id: string, version: number) {
    this.#log = log;
    this.#id = id;
    this.#version = version;
  }

  static async open(log: Log, id: string): Promise<SwapJournal> {
    return new SwapJournal(log, id, await log.streamVersion(SWAP_STREAM + id));
  }

  /** How many events the swap had when this was opened, and those that were appended by it since. */
  get version(): number {
    return this.#version;
  }

  /**
   * The first {@link version} events in order, so that what is decided on them is refused when there are more; refused
   * with `field-malformed` if the log holds something else under this name.
   */
  async read(): Promise<readonly SwapEvent[]> {
    const entries = await Array.fromAsync(this.#log.read({ stream: SWAP_STREAM + this.#id }));
    return entries.slice(0, this.#version).map((entry) => decodeSwapEvent(entry.type, entry.body));
  }

  /**
   * Appends an event. If anybody else appended to this swap since, it fails with the log's `version-conflict`: what
   * was decided was decided on another state, and a swap is only ever driven once.
   */
  async append(event: SwapEvent): Promise<void> {
    await this.#log.append(this.#entry(event));
    this.#version += 1;
  }

  /**
   * Appends the first event of a swap and claims its payment hash for ever, in one atomic write.
   * A hash that any earlier swap of this log used is refused with `payment-hash-reused`.
   */
  async begin(event: SwapEvent, paymentHash: Uint8Array): Promise<void> {
    const hash = toHex(paymentHash);
    const claim: NewEvent = {
      stream: HASH_STREAM + hash,
      type: 'payment-hash-used',
      body: { swap: this.#id },
      subject: `swap:${this.#id}`,
      expectedVersion: 0,
    };
    try {
      await this.#log.append([claim, this.#entry(event)]);
      this.#version += 1;
    } catch (cause) {
      if (
        isLogError(cause) &&
        cause.code === 'version-conflict' &&
        (await this.#log.streamVersion(HASH_STREAM + hash)) > 0
      ) {
        throw new SwapError('payment-hash-reused', `An earlier swap used the payment hash ${hash}`, {
          value: hash,
          limit: 'a hash that no swap used before',
          cause,
        });
      }
      throw cause;
    }
  }

  #entry(event: SwapEvent): NewEvent {
    return {
      stream: SWAP_STREAM + this.#id,
      ...encodeSwapEvent(event),
      subject: `swap:${this.#id}`,
      expectedVersion: this.#version,
    };
  }
}

/** The ids of all swaps in a log, in the order in which they began. */
export async function swapIds(log: Log): Promise<readonly string[]> {
  const ids = new Set<string>();
  for await (const entry of log.read()) {
    if (entry.stream.startsWith(SWAP_STREAM)) ids.add(entry.stream.slice(SWAP_STREAM.length));
  }
  return [...ids];
}
