import type { BundleReport } from '@bitcoin-enterprise/audit';
import { outcomeName } from './outcome-name.ts';
import type { PublicProof } from './public-proofs.ts';
import type { ReportedLog, ReportedSwap } from './report.ts';

/** What the last screen shows. */
export interface Summary {
  readonly swaps: readonly ReportedSwap[];
  readonly logs: readonly ReportedLog[];
  readonly proofs: readonly PublicProof[];
  readonly tampered: BundleReport;
  /** Path of the report. */
  readonly report: string;
  /** Path of the page that verifies the bundles beside it. */
  readonly explorer: string;
  readonly seconds: number;
}

/** The last screen: every swap, both logs, what others can prove, and the tampered copy in one look. */
export function summaryTable(summary: Summary): string {
  const { swaps, logs, proofs, tampered, report, explorer, seconds } = summary;
  const rows = swaps.map((swap) => [
    swap.name,
    outcomeName(swap.outcome),
    String(swap.heights.bitcoin),
    String(swap.heights.litecoin),
    String(swap.entries),
    `${swap.verified ? 'verified ✓' : 'FAILED ✗'}${
      swap.recoveredInMs === undefined ? '' : `  recovered in ${(swap.recoveredInMs / 1000).toFixed(1)} s`
    }`,
  ]);
  const line = ([
    name = '',
    outcome = '',
    bitcoin = '',
    litecoin = '',
    entries = '',
    evidence = '',
  ]: readonly string[]): string =>
    ` ${name.padEnd(20)}  ${outcome.padEnd(9)}  ${bitcoin.padStart(9)}  ${litecoin.padStart(9)}  ${entries.padStart(7)}  ${evidence}`;
  return [
    '',
    line(['swap', 'outcome', 'BTC block', 'LTC block', 'entries', 'evidence']),
    ...rows.map(line),
    ...logs.map(({ party, size, report: checked }) =>
      line([
        `${party}'s whole log`,
        '',
        '',
        '',
        String(size),
        checked.ok ? 'verified ✓' : `FAILED ✗  ${checked.summary}`,
      ]),
    ),
    ...proofs.map(({ name, ok, finding }) => ` ${name.padEnd(20)}  ${finding} ${ok ? '✓' : '✗'}`),
    ` ${'tampered copy'.padEnd(20)}  ${tampered.ok ? 'NOT NOTICED ✗' : `rejected ✓  ${tampered.summary}`}`,
    ` see for yourself: open ${explorer} and drop alice.trust.json and alice.evidence.jsonl in`,
    ` report: ${report}  (${seconds.toFixed(1)} s)`,
    '',
  ].join('\n');
}
