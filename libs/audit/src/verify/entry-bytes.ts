/** An entry as its bytes say it. */
export interface ReadEntry {
  readonly index: number;
  readonly time: number;
  readonly stream: string;
  readonly streamVersion: number;
  readonly type: string;
  readonly subject?: string;
  readonly idempotencyKey?: string;
  readonly body: unknown;
  /** Commitment to personal data about the subject, in hexadecimal, where there is such. */
  readonly personalHex?: string;
  /** Leaf hash of the entry before, in hexadecimal. */
  readonly previousHex: string;
  readonly origin: string;
}

/** Why bytes are not an entry. */
export interface UnreadableEntry {
  readonly unreadable: string;
}

const ENTRY_FORMAT = 'audit-entry/1';
const REQUIRED = ['body', 'format', 'index', 'origin', 'previous', 'stream', 'streamVersion', 'time', 'type'];
const OPTIONAL = ['idempotencyKey', 'personal', 'subject'];

/** The body may be nested 64 deep, inside the entry; a tagged value is one object more. */
const MAX_DEPTH = 66;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a value from its canonical JSON (RFC 8785), `undefined` for bytes that are none: no value is. */
export function readCanonicalValue(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    const text = UTF8.decode(bytes);
    const parsed: unknown = JSON.parse(text);
    return isCanonical(parsed, text) ? { value: untag(parsed) } : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the bytes of an entry; anything but the one canonical form (RFC 8785) of one is refused. */
export function readEntryBytes(bytes: Uint8Array): ReadEntry | UnreadableEntry {
  try {
    const text = UTF8.decode(bytes);
    const parsed: unknown = JSON.parse(text);
    if (!isCanonical(parsed, text)) return { unreadable: 'the form is not canonical' };
    return isRecord(parsed) ? readMembers(parsed) : { unreadable: 'the form is not that of an entry' };
  } catch {
    // Not UTF-8, not JSON, or a value that has no canonical form.
    return { unreadable: 'the bytes are not canonical JSON' };
  }
}

function readMembers(entry: Readonly<Record<string, unknown>>): ReadEntry | UnreadableEntry {
  const { body, idempotencyKey, index, origin, stream, streamVersion, subject, time, type } = entry;
  const personalHex = entry.personal === undefined ? undefined : hexOfHash(entry.personal);
  const previousHex = hexOfHash(entry.previous);
  if (
    !REQUIRED.every((name) => Object.hasOwn(entry, name)) ||
    !Object.keys(entry).every((name) => REQUIRED.includes(name) || OPTIONAL.includes(name)) ||
    entry.format !== ENTRY_FORMAT ||
    !isCount(index) ||
    !isCount(time) ||
    !isCount(streamVersion) ||
    streamVersion === 0 ||
    typeof origin !== 'string' ||
    typeof stream !== 'string' ||
    typeof type !== 'string' ||
    !(subject === undefined || typeof subject === 'string') ||
    !(idempotencyKey === undefined || typeof idempotencyKey === 'string') ||
    (personalHex === undefined) !== (entry.personal === undefined) ||
    previousHex === undefined
  ) {
    return { unreadable: 'the form is not that of an entry' };
  }
  return {
    index,
    time,
    stream,
    streamVersion,
    type,
    ...(subject === undefined ? {} : { subject }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    body: untag(body),
    ...(personalHex === undefined ? {} : { personalHex }),
    previousHex,
    origin,
  };
}

/** The digits of `{"$hex":"…"}` of 32 bytes. */
function hexOfHash(value: unknown): string | undefined {
  const hex = isRecord(value) && Object.keys(value).length === 1 ? value.$hex : undefined;
  return typeof hex === 'string' && /^[0-9a-f]{64}$/.test(hex) ? hex : undefined;
}

/**
 * Whether a text is the canonical form of the value that was read from it. Where the engine writes the value as it was
 * read and every object has its members in order, it is: that is twice as fast as writing it anew. Escapes go the long
 * way, because the engine writes lone surrogates too.
 */
function isCanonical(parsed: unknown, text: string): boolean {
  const isPlain = !text.includes('\\u') && JSON.stringify(parsed) === text && isOrdered(parsed, MAX_DEPTH);
  return isPlain || canonical(parsed, MAX_DEPTH) === text;
}

/** Whether every object has its members in the order of UTF-16 units, none deeper than that. */
function isOrdered(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return depth > 0;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isOrdered(item, depth - 1));
  let before = '';
  for (const [name, member] of Object.entries(value)) {
    if (name < before || !isOrdered(member, depth - 1)) return false;
    before = name;
  }
  return true;
}

/** RFC 8785: members in the order of UTF-16 units, ECMAScript's numbers and escapes, no space. */
function canonical(value: unknown, depth: number): string {
  if (depth === 0) throw new RangeError('nested too deep');
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth - 1)).join()}]`;
  if (isRecord(value)) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${string(name)}:${canonical(value[name], depth - 1)}`).join()}}`;
  }
  if (typeof value === 'string') return string(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('not a finite number');
  return JSON.stringify(value);
}

function string(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('a lone surrogate');
  return JSON.stringify(text);
}

/** Turns `{"$int":"…"}` and `{"$hex":"…"}` into what they stand for; other names that start with $ are refused. */
function untag(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untag);
  if (!isRecord(value)) return value;
  const members = Object.entries(value);
  if (members[0]?.[0].startsWith('$') !== true) {
    return Object.fromEntries(members.map(([name, member]) => [name, untag(member)]));
  }
  const [[name, content]] = members as [[string, unknown]];
  if (members.length === 1 && typeof content === 'string') {
    if (name === '$int' && /^(?:0|-?[1-9][0-9]{0,1233})$/.test(content)) return BigInt(content);
    if (name === '$hex' && /^(?:[0-9a-f]{2})*$/.test(content)) {
      return Uint8Array.from(content.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    }
  }
  throw new TypeError('an unknown tag');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
