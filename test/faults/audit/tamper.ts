import type { Campaign, CampaignResult } from '../campaign.ts';
import { type Attack, type Finding, isFoundBy, tellFinding } from './tamper/attack.ts';
import { bundleAttacks } from './tamper/bundle-attacks.ts';
import { disclosureAttacks } from './tamper/disclosure-attacks.ts';
import { gatherEvidence } from './tamper/evidence.ts';
import { historyAttacks } from './tamper/history-attacks.ts';
import { attackPlainChain } from './tamper/plain-chain.ts';
import { proofAttacks } from './tamper/proof-attacks.ts';
import { Stage } from './tamper/stage.ts';
import { storedAttacks } from './tamper/stored-attacks.ts';
import { unclosedAttacks } from './tamper/unclosed-attacks.ts';

/** What a plain hash chain finds, and what it cannot find: the reason for the tree, the seal, the signature and the pin. */
const CHAIN_FINDS = ['flip', 'delete', 'insert', 'reorder'];
const CHAIN_MISSES = ['truncate', 'rollback', 'fork', 'rewrite', 'swap', 'empty'];

/**
 * Changes a log, its head, its indexes, its history, its pin, its clock, and the evidence from it, in every way that the
 * library claims to find, one at a time; and does the same to a plain hash chain.
 */
export const campaign: Campaign = {
  async run(progress) {
    const attacks = [
      ...storedAttacks(),
      ...historyAttacks(),
      ...unclosedAttacks(),
      ...proofAttacks(),
      ...bundleAttacks(),
      ...disclosureAttacks(),
    ];
    using stage = await Stage.open();
    const evidence = await gatherEvidence(stage);
    const failures: string[] = [];
    const kinds = new Map<string, KindCount>();
    for (const [done, attack] of attacks.entries()) {
      progress(done, attacks.length, attack.kind);
      const finding = await attack.find(stage, evidence);
      const isFound = isFoundBy(finding, attack);
      if (!isFound) failures.push(failureOf(attack, finding));
      count(kinds, attack, isFound ? finding : undefined);
    }
    return resultOf(attacks, failures, kinds);
  },
};

interface KindCount {
  points: number;
  found: number;
  readonly names: Set<string>;
}

function count(kinds: Map<string, KindCount>, { kind, names }: Attack, finding: Finding | undefined): void {
  const counted = kinds.get(kind) ?? { points: 0, found: 0, names: new Set() };
  kinds.set(kind, counted);
  counted.points += 1;
  if (finding === undefined) return;
  counted.found += 1;
  const name = finding.names.find((found) => names.includes(found)) ?? '';
  counted.names.add(`${finding.by} ${name}`);
}

function resultOf(
  attacks: readonly Attack[],
  failures: readonly string[],
  kinds: ReadonlyMap<string, KindCount>,
): CampaignResult {
  const control = attackPlainChain();
  const missed = control.filter(({ isFound }) => !isFound).map(({ attack }) => attack);
  const found = control.filter(({ isFound }) => isFound).map(({ attack }) => attack);
  return {
    points: attacks.length,
    survived: attacks.length - failures.length,
    lost: failures.length,
    more: { kinds: kinds.size, 'plain-chain-misses': missed.join() },
    goals: [
      { name: 'at least 200 points', met: attacks.length >= 200, detail: `${attacks.length}` },
      { name: 'all found and named', met: failures.length === 0, detail: `${failures.length} are not` },
      {
        name: 'what a plain hash chain misses',
        met: missed.join() === CHAIN_MISSES.join() && found.join() === CHAIN_FINDS.join(),
        detail: `it finds ${found.join()} and misses ${missed.join()}`,
      },
    ],
    failures,
    told: [...kinds].map(
      ([kind, { points, found: foundPoints, names }]) =>
        `${kind}: ${foundPoints} of ${points} by ${[...names].join(', ')}`,
    ),
  };
}

function failureOf(attack: Attack, finding: Finding | undefined): string {
  const { kind, where, by, names, entry } = attack;
  const expected = `${by} ${names.join(' or ')}${entry === undefined ? '' : ` of ${entry}`}`;
  return `${kind} (${where}): found by ${tellFinding(finding)}, expected ${expected}`;
}
