import { readCheckpoint, type CheckpointStatement } from './checkpoint-text.ts';
import { checkSignature, type SignatureVerdict, type SignatureVerifiers } from './note-signature.ts';
import { readNote, type ReadNote } from './signed-note.ts';
import type { VerifierKey } from './verifier-key.ts';
import type { PolicyRule, PolicyWitness, WitnessPolicy } from './witness-policy.ts';

/** What else a quorum is judged by. */
export interface QuorumOptions extends SignatureVerifiers {
  /** Seconds since 1970: cosignatures that state a later time are invalid. Any time is accepted when absent. */
  readonly now?: number;
  /** Keys of logs beside those of the policy, for policies without any. */
  readonly logKeys?: readonly VerifierKey[];
}

/** What one witness of the policy did. */
export interface WitnessFinding {
  /** In the policy. */
  readonly name: string;
  readonly status: 'present' | 'missing' | 'invalid';
  /** Seconds since 1970 as the witness states them, of one that is present. */
  readonly time?: number;
  /** What is wrong with one that is invalid. */
  readonly reason?: string;
}

/** Whether a checkpoint may be believed. Nothing in it is to be relied on unless {@link QuorumReport.ok}. */
export interface QuorumReport {
  readonly ok: boolean;
  /** One line for a person. */
  readonly summary: string;
  /** Whether a log that is known signed it, apart from any witness. */
  readonly isSignedByLog: boolean;
  /** `undefined` where the note is no checkpoint. */
  readonly checkpoint: CheckpointStatement | undefined;
  /** Every witness of the policy, in its order. */
  readonly witnesses: readonly WitnessFinding[];
}

/**
 * Judges a cosigned checkpoint by a policy: a log that the policy knows, or `logKeys` names, has signed it under its
 * origin, no signature of a key that is known fails to verify, and the witnesses that cosigned it make the quorum. Never
 * throws.
 */
export function evaluateQuorum(
  note: string,
  policy: WitnessPolicy,
  options: QuorumOptions = {},
): QuorumReport {
  const read = readNote(note);
  const checkpoint = readCheckpoint(read?.text ?? '');
  if (read === undefined || checkpoint === undefined) {
    const witnesses = policy.witnesses.map(({ name }) => ({ name, status: 'missing' as const }));
    const summary = 'the note is no checkpoint';
    return { ok: false, summary, isSignedByLog: false, checkpoint: undefined, witnesses };
  }
  const verdicts = policy.witnesses.map(({ key }) => checkSignature(read, key, options));
  const witnesses = policy.witnesses.map(({ name }, index) => finding(name, verdicts[index], options.now));
  const present = new Set(policy.witnesses.filter((_, index) => witnesses[index]?.status === 'present'));
  const logKeys = [...policy.logs.map(({ key }) => key), ...(options.logKeys ?? [])];
  const unsigned = logProblem(read, checkpoint, logKeys, options);
  const problem =
    unsigned ??
    forgeryProblem(policy, verdicts) ??
    (meetsQuorum(policy.quorum, present) ? undefined : `no quorum: ${absentees(witnesses)}`);
  const accepted = `${checkpoint.size} entries, cosigned by ${present.size} of ${witnesses.length} witnesses`;
  return {
    ok: problem === undefined,
    summary: problem ?? accepted,
    isSignedByLog: unsigned === undefined,
    checkpoint,
    witnesses,
  };
}

/** Whether those witnesses make a quorum. */
function meetsQuorum(rule: PolicyRule | undefined, present: ReadonlySet<PolicyWitness>): boolean {
  if (rule === undefined) return true;
  if ('witness' in rule) return present.has(rule.witness);
  return rule.members.filter((member) => meetsQuorum(member, present)).length >= rule.threshold;
}

function finding(
  name: string,
  verdict: SignatureVerdict | undefined,
  now: number | undefined,
): WitnessFinding {
  switch (verdict?.status) {
    case 'valid': {
      const { time } = verdict;
      // Without a time it does not say that the tree was the largest (C2SP tlog-witness, "add-checkpoint").
      if (time === undefined) return { name, status: 'invalid', reason: 'the cosignature states no time' };
      return now !== undefined && time > now
        ? { name, status: 'invalid', reason: `the cosignature is of a later time, ${time}` }
        : { name, status: 'present', time };
    }
    case 'invalid':
      return { name, status: 'invalid', reason: verdict.reason };
    case 'unverified':
      return { name, status: 'invalid', reason: 'nothing was given that verifies ML-DSA-44' };
    case 'missing':
    case undefined:
      return { name, status: 'missing' };
  }
}

function logProblem(
  note: ReadNote,
  { origin }: CheckpointStatement,
  keys: readonly VerifierKey[],
  verifiers: SignatureVerifiers,
): string | undefined {
  const own = keys.filter(({ name }) => name === origin);
  if (own.length === 0) return `no log ${JSON.stringify(origin.slice(0, 256))} is known`;
  const verdicts = own.map((key) => checkSignature(note, key, verifiers));
  const invalid = verdicts.find((verdict) => verdict.status === 'invalid');
  if (invalid !== undefined) return `the signature of the log: ${invalid.reason}`;
  return verdicts.some(({ status }) => status === 'valid') ? undefined : 'the log has not signed it';
}

/** A line that names a known key and fails makes the whole note suspect (C2SP signed-note, "Signatures"). */
function forgeryProblem(
  { witnesses }: WitnessPolicy,
  verdicts: readonly SignatureVerdict[],
): string | undefined {
  for (const [index, verdict] of verdicts.entries()) {
    if (verdict.status === 'invalid') {
      return `witness ${JSON.stringify(witnesses[index]?.name)}: ${verdict.reason}`;
    }
  }
  return undefined;
}

function absentees(witnesses: readonly WitnessFinding[]): string {
  return witnesses
    .filter(({ status }) => status !== 'present')
    .map(({ name, status }) => `${JSON.stringify(name)} ${status}`)
    .join(', ');
}
