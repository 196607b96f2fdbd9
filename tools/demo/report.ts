import type { BundleReport } from '@bitcoin-enterprise/audit';
import type { PartyName } from '../swap-lab/swap-lab.ts';
import type { PublicProof } from './public-proofs.ts';
import { REPORT_STYLE } from './report-style.ts';
import { outcomeName } from './outcome-name.ts';
import type { ReportedTransaction } from './transactions.ts';

/** One step of one party. */
export interface ReportedStep {
  readonly party: PartyName;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly kind: string;
  readonly name: string;
  readonly detail: string;
}

export interface ReportedSwap {
  readonly id: string;
  readonly name: string;
  readonly story: string;
  readonly outcome: string;
  readonly heights: { readonly bitcoin: number; readonly litecoin: number };
  readonly entries: number;
  readonly verified: boolean;
  readonly recoveredInMs?: number;
  readonly transactions: readonly ReportedTransaction[];
  readonly steps: readonly ReportedStep[];
}

/** A log, what it ended with, and what its verification said. */
export interface ReportedLog {
  readonly party: PartyName;
  readonly file: string;
  readonly size: number;
  readonly checkpoint: string;
  readonly origin: string;
  readonly publicKey: string;
  readonly report: BundleReport;
}

/** One HTML page that needs nothing beside itself: no script, no network. */
export function renderReport(o: {
  readonly swaps: readonly ReportedSwap[];
  readonly logs: readonly ReportedLog[];
  readonly proofs: readonly PublicProof[];
  readonly tampered: BundleReport;
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Four swaps and their evidence</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>Four swaps and their evidence</h1>
<p>Alice gives bitcoin and takes litecoin, Bob the other way round, on two nodes in regtest mode. Each wrote down what
was decided before it was done; everything below is from what they wrote, and every log verifies offline.</p>
</header>
<table class="summary">
<thead><tr><th>swap</th><th>outcome</th><th>BTC block</th><th>LTC block</th><th>entries</th><th>evidence</th></tr></thead>
<tbody>${o.swaps.map(summaryRow).join('')}${tamperedRow(o.tampered)}</tbody>
</table>
${o.swaps.map(swapSection).join('\n')}
<section>
<h2>Log heads</h2>
<p>Whoever keeps one of these can tell later whether the log was changed, shortened or forked.</p>
<div class="pair">${o.logs.map(logCard).join('')}</div>
</section>
<section>
<h2>What others can prove</h2>
<p>Witnesses cosigned each log as it grew, so that neither party can show two histories. The logs are published as static
tiles, and a Bitcoin block holds a commitment to Alice's last checkpoint, which therefore existed before it.</p>
<table><tbody>${o.proofs.map(proofRow).join('')}</tbody></table>
</section>
<section>
<h2>The tampered copy</h2>
<p>One digit of the time in one entry of Alice's log was changed. ${text(o.tampered.summary)}.</p>
<table><thead><tr><th>check</th><th>entry</th><th>result</th></tr></thead><tbody>${o.tampered.checks
    .filter((check) => !check.ok)
    .map(
      (check) =>
        `<tr><td>${text(check.name)}</td><td>${check.entry ?? ''}</td><td class="bad">✗ ${text(check.detail)}</td></tr>`,
    )
    .join('')}</tbody></table>
</section>
</body>
</html>
`;
}

function summaryRow(swap: ReportedSwap, index: number): string {
  const recovered =
    swap.recoveredInMs === undefined ? '' : `, recovered in ${(swap.recoveredInMs / 1000).toFixed(1)} s`;
  return `<tr><td><a href="#swap-${index}">${text(swap.name)}</a></td><td>${text(outcomeName(swap.outcome))}</td><td>${swap.heights.bitcoin}</td><td>${
    swap.heights.litecoin
  }</td><td>${swap.entries}</td><td class="${swap.verified ? 'good' : 'bad'}">${swap.verified ? '✓ verified' : '✗ failed'}${recovered}</td></tr>`;
}

function tamperedRow(tampered: BundleReport): string {
  const result = tampered.ok
    ? '<td class="bad" colspan="5">✗ not noticed</td>'
    : `<td class="good" colspan="5">✓ rejected: ${text(tampered.summary)}</td>`;
  return `<tr><td>tampered copy</td>${result}</tr>`;
}

function proofRow({ name, ok, finding }: PublicProof): string {
  return `<tr><td>${text(name)}</td><td class="${ok ? 'good' : 'bad'}">${ok ? '✓' : '✗'} ${text(finding)}</td></tr>`;
}

function swapSection(swap: ReportedSwap, index: number): string {
  const start = swap.steps[0]?.time ?? 0;
  const rows = swap.steps.map((step) => stepRow(step, start)).join('\n');
  return `<section id="swap-${index}">
<h2>${text(swap.name)} <span class="outcome">${text(outcomeName(swap.outcome))}</span></h2>
<p>${text(swap.story)} <span class="id">swap ${text(swap.id)}</span></p>
<div class="timeline">
<div class="head">Alice</div><div class="head time">seconds</div><div class="head">Bob</div>
${rows}
</div>
<table class="transactions">
<thead><tr><th>transaction</th><th>chain</th><th>fee</th><th>id</th></tr></thead>
<tbody>${swap.transactions.map(transactionRow).join('')}</tbody>
</table>
</section>`;
}

function transactionRow({ party, what, chain, feeSat, txid }: ReportedTransaction): string {
  return `<tr><td>${text(party)}'s ${what}</td><td>${chain}</td><td>${feeSat} sat</td><td><code>${text(txid)}</code></td></tr>`;
}

function stepRow(step: ReportedStep, start: number): string {
  const done = step.kind === 'done' ? ' done' : step.kind === 'trouble' ? ' trouble' : '';
  const exposed = step.name === 'secret-exposed' || step.name === 'secret-learned' ? ' secret' : '';
  const card = `<div class="card${done}${exposed}"><b>${text(step.name)}</b>${step.detail === '' ? '' : `<code title="${text(step.detail)}">${text(shortened(step.detail))}</code>`}</div>`;
  const time = `<div class="time">${((step.time - start) / 1000).toFixed(2)}</div>`;
  return step.party === 'alice' ? `${card}${time}<div></div>` : `<div></div>${time}${card}`;
}

function logCard(log: ReportedLog): string {
  const passed = log.report.checks.filter((check) => check.ok).length;
  return `<div class="log"><h3>${text(log.party)}</h3>
<p class="${log.report.ok ? 'good' : 'bad'}">${log.report.ok ? '✓' : '✗'} ${log.size} entries, ${passed} of ${log.report.checks.length} checks passed</p>
<pre>${text(log.checkpoint)}</pre>
<p>Key of the log (Ed25519)<br><code>${text(log.publicKey)}</code></p></div>`;
}

/** A transaction id is told from others by its ends; the whole of it is in the table below. */
function shortened(detail: string): string {
  return /^[0-9a-f]{64}$/.test(detail) ? `${detail.slice(0, 8)}…${detail.slice(-8)}` : detail;
}

function text(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
