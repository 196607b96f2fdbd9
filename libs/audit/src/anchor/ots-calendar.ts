import { LogError } from '../log-error.ts';
import type { SubmitDigest } from './ots-stamp.ts';
import { readTimestamp, type OtsTimestamp } from './ots-timestamp.ts';
import type { FetchCalendar } from './ots-upgrade.ts';

/** Calendars that anybody may use without charge. */
export const PUBLIC_CALENDARS: readonly string[] = [
  'https://alice.btc.calendar.opentimestamps.org',
  'https://bob.btc.calendar.opentimestamps.org',
  'https://finney.calendar.eternitywall.com',
  'https://btc.calendar.catallaxy.com',
];

export interface CalendarOptions {
  /** Which calendars may be asked, such as {@link PUBLIC_CALENDARS}: a proof names others at its maker's will. */
  readonly allowed: readonly string[];
  /** For one request altogether; 10,000 when absent. */
  readonly timeoutMs?: number;
}

/** Calendars over HTTP. */
export interface Calendars {
  /** Hands a digest to every allowed calendar: what `stamp` takes. */
  readonly submitters: readonly SubmitDigest[];
  /** What `upgradeTimestamp` takes. */
  readonly fetchCalendar: FetchCalendar;
}

/** What the reference implementation reads of an answer at most. */
const MAX_ANSWER_BYTES = 10_000;
const DEFAULT_TIMEOUT_MS = 10_000;
const HEADERS = { accept: 'application/vnd.opentimestamps.v1' };
const NOT_FOUND = 404;

/**
 * Asks OpenTimestamps calendars by `POST /digest` and `GET /timestamp/<hex>`, and nobody that is not allowed: no
 * redirection is followed.
 *
 * @throws LogError `option-malformed` for an allowed calendar that is no plain http(s) URL; the functions throw
 * `calendar-not-allowed`, `calendar-failed` and `timestamp-malformed`
 */
export function httpCalendars(options: CalendarOptions): Calendars {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const allowed = new Set(options.allowed.map(readAllowed));
  return {
    submitters: [...allowed].map((base) => async (digest) => {
      const init = { method: 'POST', body: new Uint8Array(digest), headers: HEADERS };
      const answer = await request(`${base}/digest`, init, timeoutMs);
      if (answer === undefined) throw failed(base, 'status 404');
      return readTimestamp(digest, answer);
    }),
    fetchCalendar: async (uri, message): Promise<OtsTimestamp | undefined> => {
      const base = baseOf(uri);
      if (base === undefined || !allowed.has(base)) {
        const limit = [...allowed].join();
        throw new LogError('calendar-not-allowed', `calendar ${uri} is not allowed`, { value: uri, limit });
      }
      const path = Buffer.from(message).toString('hex');
      const answer = await request(`${base}/timestamp/${path}`, { headers: HEADERS }, timeoutMs);
      return answer === undefined ? undefined : readTimestamp(message, answer);
    },
  };
}

/** `undefined` for status 404: a calendar answers so while it has nothing. */
async function request(url: string, init: RequestInit, timeoutMs: number): Promise<Uint8Array | undefined> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { ...init, redirect: 'error', signal });
    if (response.status === 200) return await readBody(response, url);
    await response.body?.cancel();
    if (response.status === NOT_FOUND) return undefined;
    throw failed(url, `status ${response.status}`);
  } catch (cause) {
    if (cause instanceof LogError) throw cause;
    const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
    throw failed(url, timedOut ? `no answer within ${timeoutMs} ms` : 'no answer', cause);
  }
}

async function readBody(response: Response, url: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    // Leaving the loop cancels the rest.
    if (length > MAX_ANSWER_BYTES) throw failed(url, `more than ${MAX_ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function readAllowed(text: string): string {
  const base = baseOf(text);
  if (base !== undefined) return base;
  throw new LogError('option-malformed', 'that is no calendar', {
    value: text,
    limit: 'http or https, a host and a path, no user, password, query or fragment',
  });
}

/** In one form for all spellings, without a slash at its end. */
function baseOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, search, hash, origin, pathname } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  if ([username, password, search, hash].some((part) => part !== '')) return undefined;
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

function failed(url: string, value: string, cause?: unknown): LogError {
  const limit = `a timestamp of at most ${MAX_ANSWER_BYTES} bytes`;
  const detail = { value, limit };
  return new LogError(
    'calendar-failed',
    `calendar ${url}: ${value}`,
    cause === undefined ? detail : { ...detail, cause },
  );
}
