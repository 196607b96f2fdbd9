import { evaluateQuorum, type WitnessFinding } from './quorum.ts';
import type { TrustPolicy } from './trust-policy.ts';
import { verifierKey } from './verifier-key.ts';
import type { WitnessPolicy } from './witness-policy.ts';

/** Judges the cosignatures of a bundle's checkpoint, and names every witness of the policy. */
export function checkWitnesses(
  checkpoint: string,
  witnesses: WitnessPolicy,
  { origin, publicKey, verifyMlDsa44 }: TrustPolicy,
): { readonly ok: boolean; readonly detail: string } {
  const key = verifierKey(origin, 'ed25519', publicKey);
  const report = evaluateQuorum(
    checkpoint,
    // The log is known by the key that is trusted, and by no other that the policy may name.
    { ...witnesses, logs: [] },
    {
      logKeys: key === undefined ? [] : [key],
      ...(verifyMlDsa44 === undefined ? {} : { verifyMlDsa44 }),
    },
  );
  if (!report.ok) return { ok: false, detail: report.summary };
  const findings = report.witnesses.map(findingText).join(', ');
  return { ok: true, detail: findings === '' ? 'none is asked for' : findings };
}

function findingText({ name, status, time, reason }: WitnessFinding): string {
  const about = status === 'present' ? `cosigned at ${timeText(time ?? 0)}` : (reason ?? status);
  return `${JSON.stringify(name)} ${about}`;
}

/** Times beyond what a date can say are given as they are. */
function timeText(unixSeconds: number): string {
  return unixSeconds <= 8.64e12 ? new Date(unixSeconds * 1000).toISOString() : `${unixSeconds} s`;
}
