import type { ProtectedPersonalData } from '../erasure/personal-data.ts';
import { LogError } from '../log-error.ts';
import { canonicalJson, canonicalString, isPlainAscii } from './canonical-json.ts';
import type { EventValue } from './event-value.ts';

/** An event as it is handed to the log. */
export interface NewEvent {
  /** The sequence it belongs to, such as `swap/17`. Up to 256 UTF-16 units without control characters. */
  readonly stream: string;
  /** What happened, such as `withdrawal.approved`. Same limits as `stream`. */
  readonly type: string;
  /** What it says: at most 1 MiB in canonical form. What is personal about it belongs into `personal`. */
  readonly body: EventValue;
  /** Whom or what it is about, such as `customer:42`, for reading and exporting by subject. */
  readonly subject?: string;
  /**
   * Personal data about the `subject`, at most 1 MiB in canonical form. The entry holds a salted commitment to it; the
   * data is sealed beside the log, until the subject is erased.
   */
  readonly personal?: EventValue;
  /** How many events the stream must already hold; otherwise the append is refused with `version-conflict`. */
  readonly expectedVersion?: number;
  /**
   * Names this event for ever, such as `order/17/approved`: appending it again, after an answer was lost, gives the
   * receipt of the first time. Same limits as `stream`; part of the entry. In a list that may be repeated, every event has
   * one: a call is repeated as a whole.
   */
  readonly idempotencyKey?: string;
}

/** An event whose parts are checked and already in canonical form, waiting for its place in the log. */
export interface PreparedEvent {
  readonly stream: string;
  readonly type: string;
  readonly subject: string | undefined;
  readonly expectedVersion: number | undefined;
  readonly idempotencyKey: string | undefined;
  /** Present where the event has personal data. */
  readonly personal: ProtectedPersonalData | undefined;
  readonly bodyJson: string;
  readonly streamJson: string;
  readonly subjectJson: string | undefined;
  readonly idempotencyKeyJson: string | undefined;
  readonly typeJson: string;
}

/** Longest stream, type, subject, idempotency key or origin, in UTF-16 units. */
export const MAX_NAME_LENGTH = 256;

/**
 * Checks an event and writes its parts in canonical form.
 *
 * @param personal what protects the personal data of the event, where it has such
 * @throws LogError `event-malformed` or `event-too-large`.
 */
export function prepareEvent(event: NewEvent, personal?: ProtectedPersonalData): PreparedEvent {
  const { stream, type, subject, expectedVersion, idempotencyKey } = event;
  if (expectedVersion !== undefined && !(Number.isSafeInteger(expectedVersion) && expectedVersion >= 0)) {
    throw new LogError('event-malformed', 'expectedVersion counts the events of a stream', {
      value: String(expectedVersion),
      limit: 'an integer from 0',
    });
  }
  return {
    stream,
    type,
    subject,
    expectedVersion,
    idempotencyKey,
    personal,
    bodyJson: canonicalJson(event.body),
    streamJson: nameJson('stream', stream),
    subjectJson: subject === undefined ? undefined : nameJson('subject', subject),
    idempotencyKeyJson: idempotencyKey === undefined ? undefined : nameJson('idempotencyKey', idempotencyKey),
    typeJson: nameJson('type', type),
  };
}

/**
 * The canonical form of the personal data of an event, and whom it is about; `undefined` when it has none.
 *
 * @throws LogError `event-malformed`, also for personal data about nobody, or `event-too-large`.
 */
export function personalPart({
  personal,
  subject,
}: NewEvent): { readonly subject: string; readonly json: string } | undefined {
  if (personal === undefined) return undefined;
  if (subject !== undefined) return { subject, json: canonicalJson(personal) };
  throw new LogError('event-malformed', 'personal data is about a subject', {
    limit: 'an event with a subject',
  });
}

/** Whether a text can stand as a stream, type or subject: 1 to 256 units, well-formed, no control characters. */
export function isName(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    text.length > 0 &&
    text.length <= MAX_NAME_LENGTH &&
    (isPlainAscii(text) || (!CONTROL.test(text) && text.isWellFormed()))
  );
}

const CONTROL = /[\x00-\x1f\x7f]/;

/** The names that were written last: streams, types and subjects come again and again. */
const KNOWN_NAMES = new Map<string, string>();
const MAX_KNOWN_NAMES = 4096;

function nameJson(role: string, text: unknown): string {
  const known = KNOWN_NAMES.get(text as string);
  if (known !== undefined) return known;
  if (!isName(text)) {
    throw new LogError('event-malformed', `the ${role} of an event is malformed`, {
      value: typeof text === 'string' ? JSON.stringify(text.slice(0, 64)) : typeof text,
      limit: `1 to ${MAX_NAME_LENGTH} well-formed UTF-16 units without control characters`,
    });
  }
  const json = canonicalString(text);
  if (KNOWN_NAMES.size >= MAX_KNOWN_NAMES) KNOWN_NAMES.clear();
  KNOWN_NAMES.set(text, json);
  return json;
}
