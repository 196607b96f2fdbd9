import type { EventValue } from '../event/event-value.ts';
import { LogError } from '../log-error.ts';
import type { Log } from '../log/log.ts';
import type { Receipt } from '../log/receipt.ts';

/** How the events of a stream are written and read back. `decode` validates: what it is given was stored long ago. */
export interface EventCodec<E> {
  encode(event: E): { readonly type: string; readonly body: EventValue; readonly subject?: string };
  decode(type: string, body: EventValue): E;
}

/** One stream of a log as a journal of typed events, with optimistic concurrency. */
export interface EventStream<E> {
  readonly name: string;
  /** Events that this object knows of: those it read when it was opened, and those it appended since. */
  readonly version: number;
  /**
   * Appends all of the events, or none. They are refused when the stream has grown since, by another hand or by an
   * append of this object that is still under way: open the stream again, look, and decide anew.
   *
   * @throws LogError `version-conflict`, or what `Log.append` throws.
   */
  append(events: readonly E[]): Promise<readonly Receipt[]>;
  /**
   * The first {@link version} events, in order.
   *
   * @throws LogError `log-corrupt`, or what the codec's `decode` throws.
   */
  read(): AsyncIterable<E>;
}

/** Opens a stream of a log at its present version; a stream exists from its first event on. */
export async function openStream<E>(log: Log, name: string, codec: EventCodec<E>): Promise<EventStream<E>> {
  return new LogStream(log, name, codec, await log.streamVersion(name));
}

class LogStream<E> implements EventStream<E> {
  readonly name: string;
  readonly #log: Log;
  readonly #codec: EventCodec<E>;
  #version: number;

  constructor(log: Log, name: string, codec: EventCodec<E>, version: number) {
    this.name = name;
    this.#log = log;
    this.#codec = codec;
    this.#version = version;
  }

  get version(): number {
    return this.#version;
  }

  async append(events: readonly E[]): Promise<readonly Receipt[]> {
    const first = this.#version;
    const receipts = await this.#log.append(
      events.map((event, position) => ({
        ...this.#codec.encode(event),
        stream: this.name,
        expectedVersion: first + position,
      })),
    );
    this.#version = first + receipts.length;
    return receipts;
  }

  async *read(): AsyncIterable<E> {
    let remaining = this.#version;
    for await (const entry of this.#log.read({ stream: this.name })) {
      if (remaining === 0) return;
      remaining -= 1;
      yield this.#codec.decode(entry.type, entry.body);
    }
    if (remaining > 0) {
      throw new LogError('log-corrupt', `stream ${JSON.stringify(this.name)} lost ${remaining} events`);
    }
  }
}
