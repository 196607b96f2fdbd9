import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openLog, verifyBundle, type BundleReport, type Log, type TrustPolicy } from '../src/index.ts';
import { eventsNumbered, openTestLog, ORIGIN, SIGNER, temporaryPath } from './temporary-log.ts';

export const TRUST: TrustPolicy = { origin: ORIGIN, publicKey: SIGNER.publicKey, wholeLog: true };
export const PART: TrustPolicy = { origin: ORIGIN, publicKey: SIGNER.publicKey };

export interface EntryJson {
  index: number;
  leafHash: string;
  bytes: string;
  proof: string[];
}

export interface BundleJson {
  format: string;
  origin: string;
  checkpoint: string;
  selection: { from: number; to: number; stream?: string; subject?: string };
  since?: { treeSize: number; proof: string[] };
  entries: EntryJson[];
}

export async function logOf(entries: number, clock = 1_700_000_000_000): Promise<Log> {
  const log = await openTestLog(temporaryPath(), { clock: () => clock });
  await log.append(eventsNumbered(entries));
  return log;
}

/** The bundle of a whole log that is gone again. */
export async function wholeBundle(entries: number, clock = 1_700_000_000_000): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'audit-bundle-'));
  try {
    await using log = await openLog(join(folder, 'log'), {
      origin: ORIGIN,
      signer: SIGNER,
      clock: () => clock,
    });
    await log.append(eventsNumbered(entries));
    return log.exportBundle();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function parse(bundle: Uint8Array): BundleJson {
  return JSON.parse(new TextDecoder().decode(bundle)) as BundleJson;
}

function write(bundle: BundleJson): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(bundle));
}

/** A report on a copy of the bundle in which something was changed. */
export function after(
  bundle: Uint8Array,
  change: (copy: BundleJson) => void,
  trust: TrustPolicy = TRUST,
): BundleReport {
  const copy = parse(bundle);
  change(copy);
  return verifyBundle(write(copy), trust);
}

export function entry(bundle: BundleJson, position: number): EntryJson {
  const found = bundle.entries[position];
  if (found === undefined) throw new Error('the bundle has no such entry');
  return found;
}

/** Names of the failed checks, with the entries that they are about. */
export function failures(report: BundleReport): string[] {
  expect(report.ok).toBe(false);
  return report.checks
    .filter((check) => !check.ok)
    .map((check) => [check.name, check.entry].join(' ').trim());
}

export function rewriteBytes(target: EntryJson, from: string, to: string): void {
  target.bytes = Buffer.from(Buffer.from(target.bytes, 'base64').toString().replace(from, to)).toString(
    'base64',
  );
}
