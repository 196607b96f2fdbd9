import { readFile } from 'node:fs/promises';
import { type BundleReportWithEntries, isRefusedPolicy, verifyBundle } from '@bitcoin-enterprise/audit';
import { readExaminerPolicy } from '@bitcoin-enterprise/audit/anchor';

/** What an examiner is told beside the bundle: whose log it is, and the key that signs its checkpoints. */
export interface LogIdentity {
  readonly origin: string;
  /** Ed25519, hex. */
  readonly publicKey: string;
}

/** What an examiner may ask for beside it, as the members of a trust policy file. */
export interface Conditions {
  readonly wholeLog?: boolean;
  /** Lines of a C2SP tlog-policy. */
  readonly witnesses?: readonly string[];
  readonly bitcoin?: { readonly network: string };
  readonly anchored?: boolean;
}

/** The trust policy file of an examiner. */
export function trustPolicyFile(log: LogIdentity, conditions: Conditions = {}): string {
  const { origin, publicKey } = log;
  return `${JSON.stringify({ origin, publicKey, ...conditions }, undefined, 2)}\n`;
}

/** Verifies a bundle offline, by a trust policy file. */
export async function verifyFile(file: string, policy: string): Promise<BundleReportWithEntries> {
  const trust = readExaminerPolicy(policy);
  if (isRefusedPolicy(trust)) throw new Error(`the trust policy is refused: ${trust.refused}`);
  return verifyBundle(await readFile(file), trust);
}

/** A copy of a bundle in which one digit of one entry's time is another one: the smallest lie there is. */
export async function tamperedCopy(file: string, index: number): Promise<Uint8Array> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const position = lines.findIndex((line) => line.startsWith(`{"index":${index},`));
  const line = lines[position];
  if (line === undefined) throw new Error(`the bundle has no entry ${index}`);
  const altered = line.replace(
    /"time":(\d{5})(\d)/u,
    (_, before: string, digit: string) => `"time":${before}${digit === '0' ? '1' : '0'}`,
  );
  return Buffer.from(lines.with(position, altered).join('\n'));
}
