import { openNote } from './note.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** Why a text is no trust policy. */
export interface RefusedPolicy {
  readonly refused: string;
}

/** A note of 128 KiB, escaped, and the rest. */
const MAX_POLICY_LENGTH = 300_000;

const MEMBERS = ['origin', 'publicKey', 'pinnedCheckpoint', 'wholeLog'];

/**
 * Reads a trust policy from JSON: `origin`, `publicKey` (64 hexadecimal digits), and where wanted `pinnedCheckpoint` (a
 * signed note) and `wholeLog`. An unknown member is refused: a condition that is misspelt must not be one that is met.
 */
export function readTrustPolicy(text: string): TrustPolicy | RefusedPolicy {
  if (text.length > MAX_POLICY_LENGTH) return { refused: `longer than ${MAX_POLICY_LENGTH} characters` };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { refused: 'not JSON' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { refused: 'not an object' };
  const unknown = Object.keys(parsed).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) {
    return {
      refused: `unknown member ${JSON.stringify(unknown.slice(0, 64))}; there are ${MEMBERS.join(', ')}`,
    };
  }
  const { origin, publicKey, pinnedCheckpoint, wholeLog } = parsed as Readonly<Record<string, unknown>>;
  if (typeof origin !== 'string' || origin === '') return { refused: 'origin is not the name of a log' };
  const key = typeof publicKey === 'string' ? readKey(publicKey) : undefined;
  if (key === undefined) return { refused: 'publicKey is not 64 hexadecimal digits' };
  if (wholeLog !== undefined && typeof wholeLog !== 'boolean')
    return { refused: 'wholeLog is not true or false' };
  const policy = { origin, publicKey: key, ...(wholeLog === undefined ? {} : { wholeLog }) };
  if (pinnedCheckpoint === undefined) return policy;
  if (typeof pinnedCheckpoint !== 'string') return { refused: 'pinnedCheckpoint is not a signed note' };
  const note = openNote(pinnedCheckpoint, origin, key);
  return note.ok ? { ...policy, pinnedCheckpoint } : { refused: `pinnedCheckpoint is ${note.reason}` };
}

function readKey(digits: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
