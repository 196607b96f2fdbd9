import type { Readable, Writable } from 'node:stream';
import { ServiceError } from './service-error.ts';

type Json = Readonly<Record<string, unknown>>;

/** Something that a browser tells without having been asked. */
export interface DevToolsEvent {
  readonly method: string;
  readonly params: Json;
}

interface Answer {
  resolve(result: Json): void;
  reject(error: Error): void;
}

/** The Chrome DevTools Protocol over a pair of pipes: JSON texts, each ended by a zero byte. */
export class DevToolsPipe {
  readonly #toBrowser: Writable;
  readonly #waiting = new Map<number, Answer>();
  readonly #events = new Map<string, DevToolsEvent[]>();
  #calls = 0;
  #begun = '';
  #failure: Error | undefined;

  /** @param toBrowser, fromBrowser what the browser has as its file descriptors 3 and 4 */
  constructor(toBrowser: unknown, fromBrowser: unknown) {
    this.#toBrowser = toBrowser as Writable;
    // A browser that has ended is told of by `fail`.
    this.#toBrowser.on('error', () => undefined);
    (fromBrowser as Readable).setEncoding('utf8').on('data', (text: string) => {
      this.#receive(text);
    });
  }

  /** @throws ServiceError `rpc-refused`, or what was given to {@link fail} */
  send(method: string, params: Json = {}, sessionId?: string): Promise<Json> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** What a session has told, oldest first; grows as it tells more. */
  eventsOf(sessionId: string): readonly DevToolsEvent[] {
    const known = this.#events.get(sessionId) ?? [];
    this.#events.set(sessionId, known);
    return known;
  }

  /** Refuses every call, those under way too. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const answer of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
  }

  #receive(text: string): void {
    const messages = (this.#begun + text).split('\0');
    this.#begun = messages.pop() ?? '';
    for (const message of messages) this.#take(JSON.parse(message) as Json);
  }

  #take({ id, method, params, sessionId, result, error }: Json): void {
    if (typeof method === 'string') {
      const event = { method, params: (params ?? {}) as Json };
      if (typeof sessionId === 'string') this.#events.get(sessionId)?.push(event);
      return;
    }
    const answer = this.#waiting.get(Number(id));
    this.#waiting.delete(Number(id));
    if (error === undefined) answer?.resolve((result ?? {}) as Json);
    else answer?.reject(new ServiceError('rpc-refused', JSON.stringify(error)));
  }
}
