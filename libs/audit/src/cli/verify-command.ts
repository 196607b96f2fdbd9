import { readFile } from 'node:fs/promises';
import { verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import { readExaminerPolicy } from '../anchor/examiner-policy.ts';
import type { BundleCheck, BundleReport } from '../verify/bundle-report.ts';
import type { TrustPolicy } from '../verify/trust-policy.ts';
import { verifyBundleStream } from '../verify/verify-bundle.ts';
import { readArguments } from './arguments.ts';
import { bundleSource } from './bundle-source.ts';
import { CommandError } from './command-error.ts';
import { printable, printableJson, type Terminal } from './terminal.ts';

/** `audit verify <bundle> --policy <trust.json> [--json]`: 0 when every check passed, else 1. */
export async function verifyCommand(args: readonly string[], out: Terminal, notes: Terminal): Promise<0 | 1> {
  const given = readArguments(args, ['<bundle>'], { policy: { type: 'string' }, json: { type: 'boolean' } });
  const [path = ''] = given.positionals;
  const policyPath = given.text('policy');
  if (policyPath === undefined) {
    throw new CommandError('usage', '--policy is missing: without a key that you trust, nothing is verified');
  }
  const report = await verifyBundleStream(bundleSource(path, notes), await readPolicy(policyPath));
  out.write(given.has('json') ? `${printableJson(report)}\n` : reportText(report));
  return report.ok ? 0 : 1;
}

async function readPolicy(path: string): Promise<TrustPolicy> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandError('file-unreadable', error instanceof Error ? error.message : path, error);
  });
  const policy = readExaminerPolicy(text);
  if ('refused' in policy) throw new CommandError('policy-malformed', `${path}: ${policy.refused}`);
  return { ...policy, verifyMlDsa44 };
}

/** Every check on a line, the failed ones marked. */
export function reportText({ ok, summary, checks, anchors }: BundleReport): string {
  const unjudged = anchors.filter(({ status }) => status === 'not judged');
  return (
    `${ok ? 'VERIFIED' : 'REFUSED'}  ${printable(summary)}\n${checks.map(checkLine).join('')}` +
    unjudged
      .map(({ treeSize, detail }) => `  ? ${'anchor'.padEnd(20)}  the first ${treeSize} entries: ${detail}\n`)
      .join('')
  );
}

function checkLine({ name, ok, entry, detail }: BundleCheck): string {
  const about = entry === undefined ? '' : `entry ${entry}: `;
  return `  ${ok ? '✓' : '✗'} ${name.padEnd(20)}  ${about}${printable(detail)}\n`;
}
