import { describeEnvelope, isCryptoError } from '@bitcoin-enterprise/crypto-core';
import type { LogEntry } from '../event/entry.ts';
import type { EventValue } from '../event/event-value.ts';
import type { NewEvent } from '../event/new-event.ts';
import { LogError } from '../log-error.ts';
import type { EntrySelection } from '../log/entry-reader.ts';
import type { LogRecords } from '../store/log-records.ts';
import { type ProtectedPersonalData, protectPersonalData, revealPersonalData } from './personal-data.ts';
import { type ErasureObstacle, judgeErasure, type LegalHold, type RetentionRule } from './retention.ts';
import type { ErasureOutcome, PersonalData, Subjects } from './subjects.ts';
import { type PersonalDataKeys, SubjectKeys } from './subject-keys.ts';

/** How a log keeps personal data. */
export interface PersonalDataOptions {
  /** Wraps the key of every subject, such as a `Keyset` of crypto-core. It stays the caller's. */
  readonly keys: PersonalDataKeys;
  /** What has to stay readable for some time; nothing unless given. */
  readonly retention?: readonly RetentionRule[];
}

/** Streams that the log writes to itself, and nobody else. */
export const OWN_STREAMS = 'audit/';
const ERASURES = 'audit/erasure';
const HOLDS = 'audit/legal-hold';

/** What erasure does with the log that it belongs to. */
export interface ErasedLog {
  readonly origin: string;
  append(events: readonly NewEvent[]): Promise<unknown>;
  read(selection: EntrySelection): AsyncIterable<LogEntry>;
}

/**
 * Personal data of a log: sealed beside the entries, committed to in their leaves, and gone when the key of its subject
 * is. An erasure is decided and recorded before it is done, and recorded again when it was done; one that a crash
 * interrupted is completed at the next opening.
 */
export class Erasure implements Subjects {
  readonly #log: ErasedLog;
  readonly #records: LogRecords;
  readonly #keys: SubjectKeys | undefined;
  readonly #retention: readonly RetentionRule[];
  readonly #now: () => number;
  /** Settles when what was asked for before is done: no key is destroyed while it is used. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    log: ErasedLog,
    records: LogRecords,
    options: PersonalDataOptions | undefined,
    now: () => number,
  ) {
    this.#log = log;
    this.#records = records;
    this.#keys = options === undefined ? undefined : new SubjectKeys(records, log.origin, options.keys);
    this.#retention = options?.retention ?? [];
    this.#now = now;
  }

  /**
   * Seals personal data for a new entry.
   *
   * @param json canonical
   * @throws LogError `personal-data-unavailable` where the log was opened without keys for it
   */
  protect(subject: string, json: string): Promise<ProtectedPersonalData> {
    return this.#inTurn(async () => {
      const key = await this.#requireKeys().findOrMake(subject);
      return protectPersonalData(this.#log.origin, subject, json, key);
    });
  }

  personalData(at: number): Promise<PersonalData> {
    return this.#inTurn(async () => {
      const [entry] = await Array.fromAsync(this.#log.read({ from: at, to: at + 1 }));
      const { personal, subject, index = at } = entry ?? {};
      if (personal === undefined || subject === undefined) return { state: 'none' };
      const sealed = await this.#records.personal(index);
      const key = sealed === undefined ? undefined : await this.#requireKeys().find(subject);
      if (sealed === undefined || key === undefined) return { state: 'erased' };
      const keyId = keyIdOf(sealed, index);
      const revealed = revealPersonalData(this.#log.origin, subject, personal, { sealed, keyId }, key);
      return revealed === undefined ? { state: 'erased' } : { state: 'present', ...revealed };
    });
  }

  erase(subject: string, reason: string): Promise<ErasureOutcome> {
    return this.#inTurn(async () => {
      const because = await this.#obstacle(subject);
      if (because !== undefined) {
        await this.#record(ERASURES, 'subject.erasure-refused', subject, {
          reason,
          because: bodyOf(because),
        });
        return { erased: false, because };
      }
      await this.#record(ERASURES, 'subject.erasure-decided', subject, { reason });
      await this.#destroy(subject);
      return { erased: true };
    });
  }

  /** Completes what was decided before a crash, and not done. */
  async completePending(): Promise<void> {
    const pending = new Set<string>();
    for await (const { type, subject } of this.#log.read({ stream: ERASURES })) {
      if (subject !== undefined && type === 'subject.erasure-decided') pending.add(subject);
      if (subject !== undefined && type === 'subject.erased') pending.delete(subject);
    }
    for (const subject of pending) await this.#destroy(subject);
  }

  placeHold(subject: string, reference: string): Promise<void> {
    return this.#inTurn(() => this.#record(HOLDS, 'legal-hold.placed', subject, { reference }));
  }

  releaseHold(subject: string, reference: string): Promise<void> {
    return this.#inTurn(async () => {
      const holds = await this.holds(subject);
      if (!holds.some((hold) => hold.reference === reference)) {
        throw new LogError('hold-unknown', 'there is no such hold on the subject', {
          value: reference,
          limit: holds.map((hold) => hold.reference).join(', '),
        });
      }
      await this.#record(HOLDS, 'legal-hold.released', subject, { reference });
    });
  }

  async holds(subject: string): Promise<readonly LegalHold[]> {
    const holds = new Map<string, LegalHold>();
    for await (const { type, body, time } of this.#log.read({ stream: HOLDS, subject })) {
      const reference = referenceIn(body);
      if (type === 'legal-hold.placed') holds.set(reference, { reference, since: time });
      else holds.delete(reference);
    }
    return [...holds.values()];
  }

  /** Wipes every key that is held in memory. */
  close(): void {
    this.#keys?.[Symbol.dispose]();
  }

  async #obstacle(subject: string): Promise<ErasureObstacle | undefined> {
    const entries: LogEntry[] = [];
    const from = await this.#records.firstIndex();
    for await (const entry of this.#log.read({ subject, from })) {
      if (entry.personal !== undefined && (await this.#records.personal(entry.index)) !== undefined) {
        entries.push(entry);
      }
    }
    return judgeErasure(entries, await this.holds(subject), this.#retention, this.#now());
  }

  async #destroy(subject: string): Promise<void> {
    this.#keys?.forget(subject);
    await this.#records.eraseSubject(subject);
    await this.#record(ERASURES, 'subject.erased', subject, {});
  }

  async #record(stream: string, type: string, subject: string, body: EventValue): Promise<void> {
    await this.#log.append([{ stream, type, subject, body }]);
  }

  #requireKeys(): SubjectKeys {
    if (this.#keys !== undefined) return this.#keys;
    throw new LogError('personal-data-unavailable', 'the log was opened without keys for personal data');
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

function bodyOf(obstacle: ErasureObstacle): EventValue {
  return { ...obstacle };
}

function referenceIn(body: EventValue): string {
  const reference =
    Object(body) === body ? (body as { readonly reference?: EventValue }).reference : undefined;
  if (typeof reference === 'string') return reference;
  throw new LogError('log-corrupt', 'an event of a legal hold has no reference');
}

/** @throws LogError `log-corrupt` */
function keyIdOf(sealed: Uint8Array, index: number): string {
  try {
    return describeEnvelope(sealed).keyId;
  } catch (cause) {
    if (!isCryptoError(cause)) throw cause;
    throw new LogError('log-corrupt', 'the sealed personal data of an entry is damaged', {
      value: `entry ${index}`,
      cause,
    });
  }
}
