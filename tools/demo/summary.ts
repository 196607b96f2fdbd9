import type { BundleReport } from '@bitcoin-enterprise/audit';
import { outcomeName } from './outcome-name.ts';
import type { ReportedLog, ReportedSwap } from './report.ts';

/** The last screen: every swap, both logs and the tampered copy in one look. */
export function summaryTable(
  swaps: readonly ReportedSwap[],
  logs: readonly ReportedLog[],
  tampered: BundleReport,
  report: string,
  seconds: number,
): string {
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
    ` ${'tampered copy'.padEnd(20)}  ${tampered.ok ? 'NOT NOTICED ✗' : `rejected ✓  ${tampered.summary}`}`,
    ` report: ${report}  (${seconds.toFixed(1)} s)`,
    '',
  ].join('\n');
}
