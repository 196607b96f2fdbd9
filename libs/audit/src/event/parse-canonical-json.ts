import { fromHex } from '@bitcoin-enterprise/crypto-core';
import { LogError } from '../log-error.ts';
import { canonicalJson } from './canonical-json.ts';
import { MAX_EVENT_DEPTH, type EventValue } from './event-value.ts';

/**
 * Reads canonical bytes back to the value that they are of.
 *
 * @throws LogError `event-malformed` for bytes that are not exactly what {@link canonicalJson} writes.
 */
export function parseCanonicalJson(bytes: Uint8Array, maxDepth: number = MAX_EVENT_DEPTH): EventValue {
  let text: string;
  let parsed: unknown;
  try {
    text = UTF8.decode(bytes);
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new LogError('event-malformed', 'the bytes are not JSON in UTF-8', { cause });
  }
  const value = revive(parsed, maxDepth);
  if (canonicalJson(value, Number.MAX_SAFE_INTEGER, maxDepth) !== text) {
    throw new LogError('event-malformed', 'the bytes are JSON, but not in canonical form', {
      limit: 'RFC 8785',
    });
  }
  return value;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// 1,234 digits cover 4,096 bits; anything longer would only cost time before it is refused.
const DECIMAL = /^(?:0|-?[1-9][0-9]{0,1233})$/;

function revive(parsed: unknown, deeper: number): EventValue {
  if (typeof parsed !== 'object' || parsed === null) return parsed as EventValue;
  const members = Array.isArray(parsed) ? [] : Object.entries(parsed as Record<string, unknown>);
  if (members[0]?.[0].startsWith('$') === true) return reviveTagged(members);
  if (deeper === 0) throw new LogError('event-malformed', 'the value is nested too deep');
  if (Array.isArray(parsed)) return parsed.map((item: unknown) => revive(item, deeper - 1));
  // fromEntries defines members instead of assigning them, so `__proto__` stays an ordinary name.
  return Object.fromEntries(members.map(([name, member]) => [name, revive(member, deeper - 1)]));
}

function reviveTagged(members: readonly (readonly [string, unknown])[]): bigint | Uint8Array {
  const [name, content] = members[0] ?? ['', undefined];
  if (members.length === 1 && typeof content === 'string') {
    if (name === '$int' && DECIMAL.test(content)) return BigInt(content);
    if (name === '$hex' && HEX.test(content)) return fromHex(content);
  }
  throw new LogError('event-malformed', 'a member name starts with $ but is neither $int nor $hex', {
    value: JSON.stringify(name.slice(0, 64)),
  });
}

const HEX = /^(?:[0-9a-f]{2})*$/;
