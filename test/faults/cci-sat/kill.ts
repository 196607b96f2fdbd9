import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LockScript } from '@bitcoin-enterprise/cci-sat';
import {
  type KillPoint,
  type PartyName,
  type PartyProcess,
  SwapLab,
} from '@bitcoin-enterprise/tools/swap-lab';
import type { Campaign } from '../campaign.ts';

/** Every step of each party's journal, and everything it does in the world. */
const STEPS: Readonly<Record<PartyName, readonly KillPoint[]>> = {
  alice: [
    ...beforeAndAfter(
      'swap-proposed',
      'terms-agreed',
      'terms-verified',
      'lock-intended',
      'own-lock-confirmed',
      'peer-lock-seen',
      'peer-lock-final',
      'secret-exposed',
      'claim-seen',
      'claim-final',
    ),
    ...afterDoing('sign-lock', 'publish-lock', 'sign-claim', 'publish-claim'),
  ],
  bob: [
    ...beforeAndAfter(
      'terms-agreed',
      'terms-verified',
      'peer-lock-seen',
      'peer-lock-final',
      'lock-intended',
      'own-lock-confirmed',
      'secret-learned',
      'claim-intended',
      'claim-seen',
      'claim-final',
    ),
    ...afterDoing('sign-lock', 'publish-lock', 'sign-claim', 'publish-claim'),
  ],
};

interface Point {
  readonly script: LockScript;
  readonly party: PartyName;
  readonly at: KillPoint;
}

const POINTS: readonly Point[] = (['p2tr', 'p2wsh'] as const).flatMap((script) =>
  (['alice', 'bob'] as const).flatMap((party) => STEPS[party].map((at) => ({ script, party, at }))),
);

/** Swaps on one pair of nodes: Litecoin's regtest changes its rules at block 432. */
const POINTS_PER_LAB = 12;

/** Labs side by side: each mostly waits. */
const LABS = 2;

/** Kills a party at every step of its journal, on both scripts, starts it again and sees what became of the coins. */
export const campaign: Campaign = {
  async run(progress) {
    const failures: string[] = [];
    let doubleLocked = 0;
    let done = 0;
    const waiting = [...POINTS];
    const work = async (): Promise<void> => {
      for (
        let points = waiting.splice(0, POINTS_PER_LAB);
        points.length > 0;
        points = waiting.splice(0, POINTS_PER_LAB)
      ) {
        for await (const { point, outcome } of outcomesOf(points)) {
          doubleLocked += outcome.locks.filter((locks) => locks > 1).length;
          if (outcome.problem !== undefined) failures.push(`${nameOf(point)}: ${outcome.problem}`);
          done += 1;
          progress(done, POINTS.length, nameOf(point));
        }
      }
    };
    await Promise.all(Array.from({ length: LABS }, work));
    return {
      points: POINTS.length,
      survived: POINTS.length - failures.length,
      lost: failures.length,
      more: { 'double-locked': doubleLocked },
      goals: [
        { name: 'at least 40 kill points', met: POINTS.length >= 40, detail: `${POINTS.length}` },
        { name: 'nothing locked twice', met: doubleLocked === 0, detail: `${doubleLocked} locked twice` },
      ],
      failures,
    };
  },
};

/** Plays points one after the other in a lab of their own. */
async function* outcomesOf(
  points: readonly Point[],
): AsyncIterable<{ readonly point: Point; readonly outcome: Outcome }> {
  await using lab = await SwapLab.open(await mkdtemp(join(tmpdir(), 'swap-faults-')));
  await lab.fund(points.length);
  const stage: Stage = { lab, parties: await lab.startBoth() };
  for (const point of points) {
    const outcome = await killAndRecover(stage, point).catch((error: unknown): Outcome => {
      return { problem: String(error), locks: [] };
    });
    if (outcome.problem !== undefined) {
      await lab.killParties();
      stage.parties = await lab.startBoth();
    }
    yield { point, outcome };
  }
}

interface Stage {
  readonly lab: SwapLab;
  parties: Record<PartyName, PartyProcess>;
}

interface Outcome {
  /** What went wrong; undefined if all went well. */
  readonly problem?: string;
  /** Outputs that pay to the script of each leg. */
  readonly locks: readonly number[];
}

/** One swap in which one party dies once, and what the chains say in the end. */
async function killAndRecover({ lab, parties }: Stage, { script, party, at }: Point): Promise<Outcome> {
  const known = parties.alice.knownSwaps();
  await parties[party].killAt(at);
  lab.propose(parties.alice, script);
  await lab.mineUntil(() => parties[party].ended);
  parties[party] = await lab.startAgain(party);
  const swap = await lab.newSwap(parties.alice, known);
  if (swap === undefined) {
    // Killed before the first entry: there is no swap, and so no script that anything could be locked to.
    const expected = at.kind === 'recording' && at.name === 'swap-proposed';
    return expected ? { locks: [] } : { problem: 'the swap is gone', locks: [] };
  }
  await lab.settle(swap, parties);
  const ends = [parties.alice.endOf(swap), parties.bob.endOf(swap)];
  const scripts = parties.bob.reportOf(swap)?.scripts;
  if (scripts === undefined) return { problem: 'the swap has no scripts', locks: [] };
  const locks = await Promise.all([
    lab.outputsTo('bitcoin', scripts.bitcoin),
    lab.outputsTo('litecoin', scripts.litecoin),
  ]);
  if (ends.some((end) => end !== 'claimed-final')) return { problem: `ended ${ends.join(' and ')}`, locks };
  return locks.every((count) => count === 1) ? { locks } : { problem: `${locks.join(' and ')} locks`, locks };
}

function beforeAndAfter(...events: readonly string[]): readonly KillPoint[] {
  return events.flatMap((name) => [
    { kind: 'recording', name },
    { kind: 'recorded', name },
  ]);
}

function afterDoing(...duties: readonly string[]): readonly KillPoint[] {
  return duties.map((name) => ({ kind: 'done', name }));
}

function nameOf({ script, party, at }: Point): string {
  return `${script} ${party} ${at.kind} ${at.name}`;
}
