import { toHex } from '@bitcoin-enterprise/crypto-core';
import { LogError } from '../log-error.ts';
import { MAX_EVENT_DEPTH, type EventValue } from './event-value.ts';
import { isName, type PreparedEvent } from './new-event.ts';
import { parseCanonicalJson } from './parse-canonical-json.ts';

/** One entry of the log, as it is stored and proven. */
export interface LogEntry {
  /** Position in the log, from 0. */
  readonly index: number;
  /** Milliseconds since 1970-01-01T00:00Z, never before the previous entry's. */
  readonly time: number;
  readonly stream: string;
  /** Position in the stream, from 1. */
  readonly streamVersion: number;
  readonly type: string;
  readonly subject?: string;
  readonly idempotencyKey?: string;
  readonly body: EventValue;
  /** Commitment to personal data about the subject, 32 bytes, where the event has such. */
  readonly personal?: Uint8Array;
  /** Leaf hash of the entry before: 32 bytes, zeros for the first. */
  readonly previous: Uint8Array;
  /** RFC 6962 leaf hash of `bytes`, 32 bytes. */
  readonly leafHash: Uint8Array;
  /** The stored canonical bytes: what is hashed, and what travels in a bundle. */
  readonly bytes: Uint8Array;
}

/** Names and versions the form of an entry, inside the hashed bytes. */
const ENTRY_FORMAT = 'audit-entry/1';

/** What the first entry names as the one before it. */
export const NO_PREVIOUS: Uint8Array = new Uint8Array(32);

/**
 * The canonical text of an entry. Its members are already in the order of RFC 8785, and `body` and `originJson` are
 * already canonical, so that the sequencer only joins text.
 */
export function entryJson(
  event: PreparedEvent,
  originJson: string,
  index: number,
  time: number,
  streamVersion: number,
  previousHex: string,
): string {
  const subject = event.subjectJson === undefined ? '' : `,"subject":${event.subjectJson}`;
  const key = event.idempotencyKeyJson === undefined ? '' : `,"idempotencyKey":${event.idempotencyKeyJson}`;
  const personal =
    event.personal === undefined ? '' : `,"personal":{"$hex":"${toHex(event.personal.commitment)}"}`;
  return (
    `{"body":${event.bodyJson},"format":"${ENTRY_FORMAT}"${key},"index":${index},"origin":${originJson}${personal}` +
    `,"previous":{"$hex":"${previousHex}"},"stream":${event.streamJson},"streamVersion":${streamVersion}${subject}` +
    `,"time":${time},"type":${event.typeJson}}`
  );
}

/**
 * Reads the stored bytes of an entry.
 *
 * @throws LogError `event-malformed` when they are not exactly one entry in canonical form of that log.
 */
export function decodeEntry(bytes: Uint8Array, leafHash: Uint8Array, origin: string): LogEntry {
  // The body is one level inside the entry.
  const parsed = parseCanonicalJson(bytes, MAX_EVENT_DEPTH + 1);
  const value = (Object(parsed) === parsed ? parsed : {}) as Readonly<Record<string, EventValue>>;
  const { body, idempotencyKey, index, personal, previous, stream, streamVersion, subject, time, type } =
    value;
  const names = MEMBERS.filter((name) => !OPTIONAL_MEMBERS.has(name) || value[name] !== undefined).join();
  if (
    Object.keys(value).join() !== names ||
    body === undefined ||
    value.format !== ENTRY_FORMAT ||
    value.origin !== origin ||
    !isCount(index) ||
    !isCount(time) ||
    !isCount(streamVersion) ||
    streamVersion === 0 ||
    !(previous instanceof Uint8Array && previous.length === 32) ||
    !isName(stream) ||
    !isName(type) ||
    !(subject === undefined || isName(subject)) ||
    !(idempotencyKey === undefined || isName(idempotencyKey)) ||
    !(personal === undefined || (personal instanceof Uint8Array && personal.length === 32))
  ) {
    throw new LogError('event-malformed', 'the bytes are canonical, but no entry of this log', {
      value: names,
      limit: `${ENTRY_FORMAT} of ${origin}`,
    });
  }
  return {
    index,
    time,
    stream,
    streamVersion,
    type,
    ...(subject === undefined ? {} : { subject }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    body,
    ...(personal === undefined ? {} : { personal }),
    previous,
    leafHash,
    bytes,
  };
}

const MEMBERS = [
  'body',
  'format',
  'idempotencyKey',
  'index',
  'origin',
  'personal',
  'previous',
  'stream',
  'streamVersion',
  'subject',
  'time',
  'type',
];
const OPTIONAL_MEMBERS = new Set(['idempotencyKey', 'personal', 'subject']);

function isCount(value: EventValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
