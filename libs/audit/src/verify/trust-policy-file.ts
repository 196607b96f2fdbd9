import { openNote } from './note.ts';
import type { TrustPolicy } from './trust-policy.ts';
import { readWitnessPolicy } from './witness-policy.ts';

/** Why a text is no trust policy. */
export interface RefusedPolicy {
  readonly refused: string;
}

/** A note of 128 KiB and a witness policy of 256 KiB, escaped, and the rest. */
const MAX_POLICY_LENGTH = 600_000;

const MEMBERS = ['origin', 'publicKey', 'pinnedCheckpoint', 'wholeLog', 'witnesses'];

/** The members of a policy file, none of them read yet. */
export type PolicyMembers = Readonly<Record<string, unknown>>;

/**
 * Reads a trust policy from JSON: `origin`, `publicKey` (64 hexadecimal digits), and where wanted `pinnedCheckpoint` (a
 * signed note), `wholeLog`, and `witnesses`: the lines of a C2SP tlog-policy, as an array or in one text. An unknown
 * member is refused: a condition that is misspelt must not be one that is met.
 */
export function readTrustPolicy(text: string): TrustPolicy | RefusedPolicy {
  const members = policyMembers(text, []);
  return isRefusedPolicy(members) ? members : trustPolicyOf(members);
}

/** @param more names of members beside those of {@link readTrustPolicy} */
export function policyMembers(text: string, more: readonly string[]): PolicyMembers | RefusedPolicy {
  if (text.length > MAX_POLICY_LENGTH) return { refused: `longer than ${MAX_POLICY_LENGTH} characters` };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { refused: 'not JSON' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { refused: 'not an object' };
  const known = [...MEMBERS, ...more];
  const unknown = Object.keys(parsed).find((name) => !known.includes(name));
  if (unknown === undefined) return parsed as PolicyMembers;
  return {
    refused: `unknown member ${JSON.stringify(unknown.slice(0, 64))}; there are ${known.join(', ')}`,
  };
}

/** Members that are not of {@link readTrustPolicy} are left out. */
export function trustPolicyOf(members: PolicyMembers): TrustPolicy | RefusedPolicy {
  const { origin, publicKey, pinnedCheckpoint, wholeLog, witnesses } = members;
  if (typeof origin !== 'string' || origin === '') return { refused: 'origin is not the name of a log' };
  const key = typeof publicKey === 'string' ? readKey(publicKey) : undefined;
  if (key === undefined) return { refused: 'publicKey is not 64 hexadecimal digits' };
  if (wholeLog !== undefined && typeof wholeLog !== 'boolean')
    return { refused: 'wholeLog is not true or false' };
  const quorum = witnesses === undefined ? {} : readWitnesses(witnesses);
  if (isRefusedPolicy(quorum)) return quorum;
  const policy = { origin, publicKey: key, ...(wholeLog === undefined ? {} : { wholeLog }), ...quorum };
  if (pinnedCheckpoint === undefined) return policy;
  if (typeof pinnedCheckpoint !== 'string') return { refused: 'pinnedCheckpoint is not a signed note' };
  const note = openNote(pinnedCheckpoint, origin, key);
  return note.ok ? { ...policy, pinnedCheckpoint } : { refused: `pinnedCheckpoint is ${note.reason}` };
}

/** No policy has a member of that name. */
export function isRefusedPolicy(read: object): read is RefusedPolicy {
  return 'refused' in read;
}

function readKey(digits: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function readWitnesses(given: unknown): Pick<TrustPolicy, 'witnesses'> | RefusedPolicy {
  const lines: unknown = typeof given === 'string' ? given.replace(/\n$/, '').split('\n') : given;
  const isText = (line: unknown): line is string => typeof line === 'string' && !line.includes('\n');
  if (!Array.isArray(lines) || !lines.every(isText)) return { refused: 'witnesses are not lines of text' };
  const result = readWitnessPolicy(new TextEncoder().encode(`${lines.join('\n')}\n`));
  return result.ok
    ? { witnesses: result.policy }
    : { refused: `line ${result.line} of witnesses: ${result.reason}` };
}
