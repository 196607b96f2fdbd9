import type { LockScript, Phase } from '@bitcoin-enterprise/cci-sat';
import { type PartyName, type PartyProcess, type SwapLab } from '../swap-lab/swap-lab.ts';

/** What a scenario is and what has to come of it. */
export interface Scenario {
  readonly name: string;
  /** One sentence for the report. */
  readonly story: string;
  readonly script: LockScript;
  readonly expected: Phase;
  play(stage: Stage): Promise<Played>;
}

/** The two parties, who stay from scenario to scenario unless they are killed. */
export interface Stage {
  readonly lab: SwapLab;
  readonly parties: Record<PartyName, PartyProcess>;
}

export interface Played {
  readonly swap: string;
  /** From the restart of a killed party until its claim was final. */
  readonly recoveredInMs?: number;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'Taproot HTLC',
    story:
      'Alice locks bitcoin, Bob locks litecoin, Alice claims and so shows the secret, Bob claims with it.',
    script: 'p2tr',
    expected: 'claimed-final',
    play: (stage) => swapUndisturbed(stage, 'p2tr'),
  },
  {
    name: 'P2WSH HTLC',
    story: 'The same on witness scripts, for chains and wallets without Taproot.',
    script: 'p2wsh',
    expected: 'claimed-final',
    play: (stage) => swapUndisturbed(stage, 'p2wsh'),
  },
  {
    name: 'counterparty gone',
    story:
      'Both have locked when Alice vanishes. Bob takes his coins back after his time lock, and she hers after hers.',
    script: 'p2tr',
    expected: 'refunded-final',
    play: swapWithVanishing,
  },
  {
    name: 'killed after reveal',
    story:
      'Alice is killed by SIGKILL the moment her secret counts as exposed; started again, she claims from her journal.',
    script: 'p2tr',
    expected: 'claimed-final',
    play: swapWithKill,
  },
];

async function swapUndisturbed({ lab, parties }: Stage, script: LockScript): Promise<Played> {
  const swap = await begin({ lab, parties }, script);
  await lab.settle(swap, parties);
  return { swap };
}

async function swapWithVanishing({ lab, parties }: Stage): Promise<Played> {
  await parties.alice.killAt({ kind: 'recorded', name: 'peer-lock-final' });
  const swap = await begin({ lab, parties }, 'p2tr');
  await lab.mineUntil(() => parties.alice.ended);
  const lockTimes = parties.bob.agreedOn(swap);
  await lab.passTime(lockTimes.second);
  await lab.mineUntil(() => parties.bob.endOf(swap) !== undefined);
  await lab.passTime(lockTimes.first);
  parties.alice = await lab.startAgain('alice');
  await lab.settle(swap, parties);
  return { swap };
}

async function swapWithKill({ lab, parties }: Stage): Promise<Played> {
  await parties.alice.killAt({ kind: 'recorded', name: 'secret-exposed' });
  const swap = await begin({ lab, parties }, 'p2tr');
  await lab.mineUntil(() => parties.alice.ended);
  const restarted = performance.now();
  parties.alice = await lab.startAgain('alice');
  await lab.mineUntil(() => parties.alice.endOf(swap) !== undefined);
  const recoveredInMs = performance.now() - restarted;
  await lab.settle(swap, parties);
  return { swap, recoveredInMs };
}

async function begin({ lab, parties }: Stage, script: LockScript): Promise<string> {
  const known = parties.alice.knownSwaps();
  lab.propose(parties.alice, script);
  const swap = await lab.newSwap(parties.alice, known);
  if (swap === undefined) throw new Error('alice proposed nothing');
  return swap;
}
