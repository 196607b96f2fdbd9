// The main job, for real: two parties swap bitcoin for litecoin on two nodes, four times, and what they did is
// verified offline afterwards from what each of them wrote down.
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { explorerPage } from '@bitcoin-enterprise/tools/explorer';
import type { PartyReport } from '../swap-lab/party-protocol.ts';
import { type PartyName, SwapLab } from '../swap-lab/swap-lab.ts';
import { type LogIdentity, tamperedCopy, trustPolicyFile, verifyFile } from './evidence.ts';
import { anchorProof, type PublicProof, quorumProof, tilesProof } from './public-proofs.ts';
import { renderReport, type ReportedSwap, type ReportedStep } from './report.ts';
import { SCENARIOS, type Stage } from './scenarios.ts';
import { summaryTable } from './summary.ts';
import { Ticker } from './ticker.ts';
import { transactionsOf } from './transactions.ts';
import { DemoWitnesses } from './witnesses.ts';

const OUTPUT = join(import.meta.dirname, '..', '..', 'demo-out');

/** The entry that the tampered copy differs in. */
const TAMPERED_ENTRY = 11;

const started = performance.now();
const ticker = new Ticker(process.stdout);
const steps: (ReportedStep & { readonly swap: string })[] = [];
const swaps: ReportedSwap[] = [];

function onReport(party: PartyName, report: PartyReport): void {
  if (report.tells !== 'step' || report.kind === 'recording') return;
  // What was signed shows as the event that holds it.
  if (report.kind === 'done' && !report.name.startsWith('publish')) return;
  steps.push({
    swap: report.swap,
    party,
    time: report.time,
    kind: report.kind,
    name: report.name,
    detail: report.detail,
  });
  if (report.phase !== undefined) ticker.phase(party, report.phase);
  if (report.kind === 'trouble') ticker.note(`${party}: ${report.detail}`);
}

/** Where the chains stood when a swap ended. */
async function heights(lab: SwapLab): Promise<{ readonly bitcoin: number; readonly litecoin: number }> {
  const [bitcoin, litecoin] = await Promise.all([
    lab.regtest.bitcoin.rpc('getblockcount'),
    lab.regtest.litecoin.rpc('getblockcount'),
  ]);
  return { bitcoin: Number(bitcoin), litecoin: Number(litecoin) };
}

await mkdir(OUTPUT, { recursive: true });
ticker.step('starting bitcoind and litecoind');
const temporary = await mkdtemp(join(tmpdir(), 'swap-demo-'));
await using lab = await SwapLab.open(temporary, onReport);
const witnessFolder = join(temporary, 'witnesses');
await mkdir(witnessFolder);
ticker.step('starting Alice and Bob');
await lab.fund(SCENARIOS.length);
const stage: Stage = { lab, parties: await lab.startBoth() };
const identities: Readonly<Record<PartyName, LogIdentity>> = {
  alice: { origin: 'bitcoin-enterprise.example/alice', publicKey: stage.parties.alice.ready.logKey },
  bob: { origin: 'bitcoin-enterprise.example/bob', publicKey: stage.parties.bob.ready.logKey },
};
await using witnesses = await DemoWitnesses.open(witnessFolder, Object.values(identities));

for (const [index, scenario] of SCENARIOS.entries()) {
  ticker.begin(`${index + 1}/${SCENARIOS.length}  ${scenario.name}`);
  const played = await scenario.play(stage);
  const { alice, bob } = stage.parties;
  const ends = { alice: alice.endOf(played.swap), bob: bob.endOf(played.swap) };
  if (ends.alice !== scenario.expected || ends.bob !== scenario.expected) {
    throw new Error(
      `${scenario.name} ended ${ends.alice ?? 'not'} for alice and ${ends.bob ?? 'not'} for bob`,
    );
  }
  const [evidence, bobsEvidence] = await Promise.all([
    verifyFile(await alice.export(played.swap), trustPolicyFile(identities.alice)),
    verifyFile(await bob.export(played.swap), trustPolicyFile(identities.bob)),
  ]);
  await Promise.all([alice.witness(witnesses.policy), bob.witness(witnesses.policy)]);
  swaps.push({
    id: played.swap,
    name: scenario.name,
    story: scenario.story,
    outcome: scenario.expected,
    heights: await heights(lab),
    entries: evidence.entries.length,
    verified: evidence.ok && bobsEvidence.ok,
    transactions: [...transactionsOf('alice', evidence), ...transactionsOf('bob', bobsEvidence)],
    ...(played.recoveredInMs !== undefined && { recoveredInMs: played.recoveredInMs }),
    steps: [],
  });
  ticker.end(scenario.expected);
}

ticker.step('verifying both logs offline');
const logs = [];
const proofs: PublicProof[] = [];
for (const party of ['alice', 'bob'] as const) {
  const published = join(OUTPUT, `${party}.tiles`);
  // What an earlier demonstration published is another log of the same name.
  await rm(published, { recursive: true, force: true });
  const cosigned = await stage.parties[party].witness(witnesses.policy);
  proofs.push(quorumProof(party, cosigned, witnesses.policy));
  await stage.parties[party].publish(published);
  proofs.push(await tilesProof(party, published, identities[party]));
  const isAnchored = party === 'alice';
  const anchor = join(OUTPUT, `${party}.anchor`);
  if (isAnchored) {
    ticker.step('anchoring the log of alice in a Bitcoin block');
    proofs.push(await anchorProof(party, lab.regtest, cosigned, identities[party], anchor));
  }
  const exported = await stage.parties[party].export(undefined, {
    checkpoint: cosigned,
    ...(isAnchored && { anchor }),
  });
  const trust = trustPolicyFile(identities[party], {
    wholeLog: true,
    witnesses: witnesses.policy.trimEnd().split('\n'),
    ...(isAnchored && { bitcoin: { network: 'regtest' }, anchored: true }),
  });
  await writeFile(join(OUTPUT, `${party}.trust.json`), trust);
  const file = join(OUTPUT, `${party}.evidence.jsonl`);
  await copyFile(exported, file);
  const { size, checkpoint } = await stage.parties[party].close();
  logs.push({
    party,
    file,
    size,
    checkpoint,
    ...identities[party],
    report: await verifyFile(file, trust),
  });
}
const forged = join(OUTPUT, 'alice.tampered.jsonl');
await writeFile(forged, await tamperedCopy(join(OUTPUT, 'alice.evidence.jsonl'), TAMPERED_ENTRY));
const tampered = await verifyFile(forged, trustPolicyFile(identities.alice));
const explorer = join(OUTPUT, 'explorer.html');
await writeFile(explorer, await explorerPage());

const path = join(OUTPUT, 'report.html');
const reported = swaps.map((swap) => ({ ...swap, steps: steps.filter((step) => step.swap === swap.id) }));
await writeFile(path, renderReport({ swaps: reported, logs, proofs, tampered }));

ticker.clear();
console.log(
  summaryTable({
    swaps,
    logs,
    proofs,
    tampered,
    report: relative(process.cwd(), path),
    explorer: relative(process.cwd(), explorer),
    seconds: (performance.now() - started) / 1000,
  }),
);

const proven =
  swaps.every(({ verified }) => verified) &&
  logs.every(({ report }) => report.ok) &&
  proofs.every(({ ok }) => ok) &&
  !tampered.ok &&
  tampered.checks.some((check) => !check.ok && check.entry === TAMPERED_ENTRY);
if (!proven) {
  console.error('The evidence does not show what it has to show: see the table.');
  process.exitCode = 1;
}
