import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../src/swap/decide.ts';
import { DEFAULT_SWAP_POLICY } from '../src/swap/policy.ts';
import { isEnded } from '../src/swap/state.ts';
import type { SwapTerms } from '../src/swap/terms.ts';
import { ModelChain } from './model-chain.ts';
import { ModelParty } from './model-party.ts';
import { modelTerms, PREIMAGE, START } from './model-terms.ts';

const policy = DEFAULT_SWAP_POLICY;
const terms = modelTerms();

interface World {
  readonly bitcoin: ModelChain;
  readonly litecoin: ModelChain;
  readonly parties: Readonly<Record<'initiator' | 'responder', ModelParty>>;
}

function world(cheat: Partial<Record<'initiator' | 'responder', bigint>> = {}): World {
  const bitcoin = new ModelChain('bitcoin', 600, START);
  const litecoin = new ModelChain('litecoin', 150, START);
  const party = (role: 'initiator' | 'responder'): ModelParty =>
    new ModelParty({
      role,
      terms,
      policy,
      preimage: PREIMAGE,
      chains: { firstLeg: bitcoin, secondLeg: litecoin },
      ...(cheat[role] !== undefined && { lockAmountSat: cheat[role] }),
    });
  return { bitcoin, litecoin, parties: { initiator: party('initiator'), responder: party('responder') } };
}

/** Ten minutes pass on both chains. */
function tenMinutes({ bitcoin, litecoin }: World): void {
  bitcoin.mine();
  for (let block = 0; block < 4; block += 1) litecoin.mine();
}

/** What may happen next; a party that is `silent` gets no turn at all. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('turn' as const),
      who: fc.constantFrom('initiator', 'responder'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('mine' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('killed turn' as const),
      who: fc.constantFrom('initiator', 'responder'),
      steps: fc.integer({ min: 0, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('reorg' as const),
      chain: fc.constantFrom('bitcoin', 'litecoin'),
      depth: fc.integer({ min: 1, max: 2 }),
      keep: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('evict' as const),
      chain: fc.constantFrom('bitcoin', 'litecoin'),
    }),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function happen(world: World, { happening, silent }: { happening: Happening; silent?: string }): void {
  switch (happening.what) {
    case 'turn':
      if (happening.who !== silent) world.parties[happening.who].turn();
      return;
    case 'killed turn':
      if (happening.who !== silent) world.parties[happening.who].turn(happening.steps);
      return;
    case 'mine':
      tenMinutes(world);
      return;
    case 'reorg':
      world[happening.chain].reorganise(happening.depth, happening.keep);
      return;
    case 'evict':
      world[happening.chain].evictMempool();
  }
}

/** Both live on, undisturbed, until everything that can end has ended. */
function playOut(world: World, silent?: string): void {
  const living = Object.entries(world.parties).filter(([name]) => name !== silent);
  for (let halfHours = 0; halfHours < 300; halfHours += 1) {
    for (const [, party] of living) party.turn();
    if (living.every(([, party]) => isEnded(party.state))) return;
    for (let minutes = 0; minutes < 30; minutes += 10) tenMinutes(world);
  }
}

/** Plays until the initiator has exposed the secret, and gives the initiator. */
function untilExposed(world: World): ModelParty {
  const { initiator, responder } = world.parties;
  initiator.turn();
  while (!initiator.state.exposed) {
    responder.turn();
    tenMinutes(world);
    initiator.turn();
  }
  return initiator;
}

/** What each party has in the end, from the chains alone. */
function settlement({ bitcoin, litecoin }: World): string {
  return `first leg ${bitcoin.settledBy ?? (bitcoin.locks > 0 ? 'locked' : 'never locked')}, second leg ${
    litecoin.settledBy ?? (litecoin.locks > 0 ? 'locked' : 'never locked')
  }`;
}

const FAIR = new Set([
  'first leg claim, second leg claim',
  'first leg refund, second leg refund',
  'first leg refund, second leg never locked',
  'first leg never locked, second leg never locked',
]);

/** The same terms with both legs on bitcoin's parameters: where replacements are taken. */
function swapped(terms: SwapTerms): SwapTerms {
  return { ...terms, secondLeg: { ...terms.secondLeg, chain: 'bitcoin' } };
}

describe('a swap', () => {
  it('completes when nothing goes wrong', () => {
    const calm = world();
    playOut(calm);
    expect(settlement(calm)).toBe('first leg claim, second leg claim');
    expect([calm.parties.initiator.phase, calm.parties.responder.phase]).toEqual([
      'claimed-final',
      'claimed-final',
    ]);
  });

  it('settles fairly and locks at most once, whatever kills, reorganisations and evictions come', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const stormy = world();
        for (const happening of happenings) happen(stormy, { happening });
        playOut(stormy);
        expect(FAIR).toContain(settlement(stormy));
        expect(stormy.bitcoin.locks).toBeLessThanOrEqual(1);
        expect(stormy.litecoin.locks).toBeLessThanOrEqual(1);
        for (const { phase } of Object.values(stormy.parties)) {
          expect(['claimed-final', 'refunded-final', 'aborted']).toContain(phase);
        }
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it('never costs a party anything when the other one falls silent at any moment', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 40 }),
        fc.constantFrom('initiator', 'responder'),
        fc.array(happening, { maxLength: 20 }),
        (before, silent, after) => {
          const half = world();
          for (const happening of before) happen(half, { happening });
          for (const happening of after) happen(half, { happening, silent });
          playOut(half, silent);
          const honest = half.parties[silent === 'initiator' ? 'responder' : 'initiator'];
          const [own, peer] =
            honest.role === 'initiator' ? [half.bitcoin, half.litecoin] : [half.litecoin, half.bitcoin];
          expect(honest.phase).not.toBe('lost');
          // Whoever lost its own lock to the other one's claim has the other one's coins.
          if (own.settledBy === 'claim') expect(peer.settledBy).toBe('claim');
          expect(own.locks).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it('does not go on for a lock of the wrong amount, in either direction', () => {
    for (const wrong of [31_000_000_001n, 30_999_999_999n, 1_000n]) {
      const cheated = world({ responder: wrong });
      playOut(cheated);
      expect(cheated.parties.initiator.phase).toBe('refunded-final');
      expect(cheated.parties.initiator.state.exposed).toBe(false);
      expect(cheated.parties.initiator.state.alerts).toMatchObject([{ code: 'peer-lock-amount-wrong' }]);
    }
  });

  it('does not expose the secret when the peer locks too late for the claim to confirm', () => {
    const late = world();
    late.parties.initiator.turn();
    late.parties.initiator.turn();
    while (late.litecoin.medianTimePast < terms.secondLeg.refundLockTime - 3_600) tenMinutes(late);
    late.litecoin.accept({
      txid: 'ab'.repeat(32),
      kind: 'lock',
      amountSat: terms.secondLeg.amountSat,
      witness: [],
      feerateSatPerKvb: 1_000n,
    });
    playOut(late, 'responder');
    expect(late.parties.initiator.state.exposed).toBe(false);
    expect(late.parties.initiator.phase).toBe('refunded-final');
  });

  it('replaces a claim that does not confirm by one that pays more, up to the worst feerate', () => {
    const slow = world();
    const initiator = untilExposed(slow);
    for (let block = 0; block < 60; block += 1) {
      slow.litecoin.evictMempool();
      slow.litecoin.mine();
      initiator.turn();
    }
    const feerates = initiator.state.claims.map((claim) => claim.feerateSatPerKvb);
    expect(feerates.slice(0, 3)).toEqual([2_000n, 3_000n, 4_500n]);
    expect(feerates.at(-1)).toBe(policy.chains.litecoin.worstFeerateSatPerKvb);
    expect(new Set(feerates).size).toBe(feerates.length);
  });

  it('does not replace a claim that waits where nodes keep the first one that they see', () => {
    const slow = world();
    const initiator = untilExposed(slow);
    // The view of a litecoin node that has the claim in its mempool, many blocks later.
    const view = { firstLeg: slow.bitcoin.view(), secondLeg: slow.litecoin.view() };
    const { height } = view.secondLeg.tip;
    const later = {
      ...view,
      secondLeg: { ...view.secondLeg, tip: { ...view.secondLeg.tip, height: height + 10 } },
    };
    initiator.turn();
    expect(decide(initiator.state, later, policy)).toEqual({ duties: [] });
    const bitcoinClaim = decide({ ...initiator.state, terms: swapped(terms) }, later, policy);
    expect(bitcoinClaim).toEqual({ duties: [{ duty: 'sign-claim', feerateSatPerKvb: 3_000n }] });
  });

  it('stops before anything is locked when there is no time left to lock', () => {
    const stale = world();
    while (stale.litecoin.medianTimePast < terms.secondLeg.refundLockTime) tenMinutes(stale);
    playOut(stale);
    expect(settlement(stale)).toBe('first leg never locked, second leg never locked');
    expect(stale.parties.initiator.state.end).toEqual({ phase: 'aborted', reason: 'too-late-to-lock' });
  });
});
