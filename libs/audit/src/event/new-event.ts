import { LogError } from '../log-error.ts';
import { canonicalJson, canonicalString, isPlainAscii } from './canonical-json.ts';
import type { EventValue } from './event-value.ts';

/** An event as it is handed to the log. */
export interface NewEvent {
  /** The sequence it belongs to, such as `swap/17`. Up to 256 UTF-16 units without control characters. */
  readonly stream: string;
  /** What happened, such as `withdrawal.approved`. Same limits as `stream`. */
  readonly type: string;
  /** What it says: at most 1 MiB in canonical form. Personal data belongs in here only sealed or committed. */
  readonly body: EventValue;
  /** Whom or what it is about, such as `customer:42`, for reading and exporting by subject. */
  readonly subject?: string;
  /** How many events the stream must already hold; otherwise the append is refused with `version-conflict`. */
  readonly expectedVersion?: number;
}

/** An event whose parts are checked and already in canonical form, waiting for its place in the log. */
export interface PreparedEvent {
  readonly stream: string;
  readonly subject: string | undefined;
  readonly expectedVersion: number | undefined;
  readonly bodyJson: string;
  readonly streamJson: string;
  readonly subjectJson: string | undefined;
  readonly typeJson: string;
}

/** Longest stream, type, subject or origin, in UTF-16 units. */
export const MAX_NAME_LENGTH = 256;

/**
 * Checks an event and writes its parts in canonical form.
 *
 * @throws LogError `event-malformed` or `event-too-large`.
 */
export function prepareEvent(event: NewEvent): PreparedEvent {
  const { stream, type, subject, expectedVersion } = event;
  if (expectedVersion !== undefined && !(Number.isSafeInteger(expectedVersion) && expectedVersion >= 0)) {
    throw new LogError('event-malformed', 'expectedVersion counts the events of a stream', {
      value: String(expectedVersion),
      limit: 'an integer from 0',
    });
  }
  return {
    stream,
    subject,
    expectedVersion,
    bodyJson: canonicalJson(event.body),
    streamJson: nameJson('stream', stream),
    subjectJson: subject === undefined ? undefined : nameJson('subject', subject),
    typeJson: nameJson('type', type),
  };
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

function nameJson(role: string, text: unknown): string {
  if (!isName(text)) {
    throw new LogError('event-malformed', `the ${role} of an event is malformed`, {
      value: typeof text === 'string' ? JSON.stringify(text.slice(0, 64)) : typeof text,
      limit: `1 to ${MAX_NAME_LENGTH} well-formed UTF-16 units without control characters`,
    });
  }
  return canonicalString(text);
}
