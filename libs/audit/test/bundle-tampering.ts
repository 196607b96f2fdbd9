import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  openLog,
  verifyBundle,
  type BundleReport,
  type BundleReportWithEntries,
  type Log,
  type TrustPolicy,
} from '../src/index.ts';
import { eventsNumbered, openTestLog, ORIGIN, SIGNER, temporaryPath } from './temporary-log.ts';

export const TRUST: TrustPolicy = { origin: ORIGIN, publicKey: SIGNER.publicKey, wholeLog: true };
export const PART: TrustPolicy = { origin: ORIGIN, publicKey: SIGNER.publicKey };

export interface EntryParts {
  index: number;
  subtrees?: string[];
  leafHash: string;
  /** The stored bytes, as Latin-1 text, so that every byte can be changed. */
  entry: string;
}

/** A bundle taken apart, in the order in which its lines have their members. */
export interface BundleParts {
  header: {
    format: string;
    origin: string;
    publicKey: string;
    checkpoint: string;
    selection: { from: number; to: number; stream?: string; subject?: string; listed?: number };
    since?: { treeSize: number; proof: string[] };
  };
  entries: EntryParts[];
  end: { end: string; entries: number; subtrees: string[] };
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
    return await log.exportBundle().bytes();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function parse(bundle: Uint8Array): BundleParts {
  const lines = Buffer.from(bundle).toString('latin1').split('\n');
  expect(lines.pop()).toBe('');
  const json = (line = ''): unknown => JSON.parse(Buffer.from(line, 'latin1').toString());
  return {
    header: json(lines[0]) as BundleParts['header'],
    entries: lines.slice(1, -1).map((line) => {
      const begins = line.indexOf('"entry":') + '"entry":'.length;
      const parts = json(`${line.slice(0, begins)}0}`) as EntryParts;
      return { ...parts, entry: line.slice(begins, -1) };
    }),
    end: json(lines.at(-1)) as BundleParts['end'],
  };
}

/** The lines of a bundle, without line feeds, as Latin-1. */
export function linesOf({ header, entries, end }: BundleParts): string[] {
  const latin1 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('latin1');
  return [
    latin1(header),
    ...entries.map(({ entry, ...head }) => `${latin1(head).slice(0, -1)},"entry":${entry}}`),
    latin1(end),
  ];
}

export function write(bundle: BundleParts): Uint8Array {
  return fileOf(linesOf(bundle));
}

/** A file of these lines, given as Latin-1. */
export function fileOf(lines: readonly string[]): Uint8Array {
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

/** A report on a copy of the bundle in which something was changed. */
export function after(
  bundle: Uint8Array,
  change: (copy: BundleParts) => void,
  trust: TrustPolicy = TRUST,
): BundleReportWithEntries {
  const copy = parse(bundle);
  change(copy);
  return verifyBundle(write(copy), trust);
}

export function entry(bundle: BundleParts, position: number): EntryParts {
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

export function rewrite(target: EntryParts, from: string, to: string): void {
  target.entry = target.entry.replace(from, to);
}
