import { unixSeconds } from '@bitcoin-enterprise/chain';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SWAP_POLICY } from '../src/swap/policy.ts';
import { checkTerms, minimumAmountSat, type Rule } from '../src/swap/rules.ts';
import type { SwapTerms } from '../src/swap/terms.ts';
import { marginsFor } from '../src/timelock/margins.ts';
import { modelTerms, START } from './model-terms.ts';

const policy = DEFAULT_SWAP_POLICY;
const terms = modelTerms();
const { firstLeg, secondLeg } = terms;
const margins = marginsFor(firstLeg, secondLeg, policy);
const TIPS = { firstLeg: { medianTimePast: START }, secondLeg: { medianTimePast: START } };

/** The rules that terms break, for either role. */
function broken(changed: SwapTerms, role: 'initiator' | 'responder' = 'initiator', tips = TIPS): Rule[] {
  return checkTerms(changed, role, tips, policy).flatMap(({ rule, ok }) => (ok ? [] : [rule]));
}

describe('the rules before locking', () => {
  it('hold for the terms that this library proposes', () => {
    expect(broken(terms)).toEqual([]);
    expect(broken(terms, 'responder')).toEqual([]);
  });

  it('want two chains of the same kind of network', () => {
    expect(broken({ ...terms, secondLeg: { ...secondLeg, chain: 'bitcoin' } })).toContain('chains-differ');
    expect(broken({ ...terms, secondLeg: { ...secondLeg, network: 'mainnet' } })).toEqual(['networks-match']);
  });

  it('want four different keys', () => {
    const reused = { ...terms, secondLeg: { ...secondLeg, claimPublicKey: firstLeg.claimPublicKey } };
    expect(broken(reused)).toEqual(['keys-distinct']);
  });

  it('want the first lock to outlast the second by the margin, to the second', () => {
    const at = (gap: number): SwapTerms => ({
      ...terms,
      firstLeg: { ...firstLeg, refundLockTime: unixSeconds(secondLeg.refundLockTime + gap) },
    });
    expect(broken(at(margins.gapSeconds))).toEqual([]);
    expect(broken(at(margins.gapSeconds - 1))).toEqual(['lock-time-gap']);
    expect(broken(at(0))).toEqual(['lock-time-gap']);
  });

  it('want time for both locks and the claim, on the chain whose clock is ahead', () => {
    const tipsAt = (second: number): typeof TIPS => ({ ...TIPS, secondLeg: { medianTimePast: second } });
    const latest = secondLeg.refundLockTime - margins.secondLockSeconds;
    expect(broken(terms, 'initiator', tipsAt(latest))).toEqual([]);
    expect(broken(terms, 'initiator', tipsAt(latest + 1))).toEqual(['second-lock-time-margin']);
    const firstAhead = { ...TIPS, firstLeg: { medianTimePast: latest + 1 } };
    expect(broken(terms, 'initiator', firstAhead)).toEqual(['second-lock-time-margin']);
  });

  it('do not let own coins be locked for longer than the desk allows', () => {
    const long = {
      ...terms,
      firstLeg: { ...firstLeg, refundLockTime: unixSeconds(START + policy.longestLockSeconds + 1) },
    };
    expect(broken(long, 'initiator')).toEqual(['longest-lock']);
    // It is the initiator's coins that are locked on the first leg.
    expect(broken(long, 'responder')).toEqual([]);
  });

  it('want amounts that still leave more than dust after the worst fee', () => {
    for (const script of ['p2tr', 'p2wsh'] as const) {
      const least = minimumAmountSat({ ...terms, script }, firstLeg, policy);
      const at = (amountSat: bigint): SwapTerms => ({
        ...terms,
        script,
        firstLeg: { ...firstLeg, amountSat },
      });
      expect(broken(at(least))).toEqual([]);
      expect(broken(at(least - 1n))).toEqual(['first-amount-minimum']);
    }
    expect(broken({ ...terms, secondLeg: { ...secondLeg, amountSat: 546n } })).toEqual([
      'second-amount-minimum',
    ]);
  });

  it('want no more at risk than the desk allows', () => {
    const { largestSat } = policy.chains.bitcoin;
    expect(broken({ ...terms, firstLeg: { ...firstLeg, amountSat: largestSat + 1n } })).toEqual([
      'own-amount-limit',
    ]);
    expect(broken({ ...terms, firstLeg: { ...firstLeg, amountSat: largestSat + 1n } }, 'responder')).toEqual(
      [],
    );
  });

  it('say the value and the limit, also where they hold', () => {
    for (const check of checkTerms(terms, 'initiator', TIPS, policy)) {
      expect(check.value).not.toBe('');
      expect(check.limit).not.toBe('');
    }
    const gap = checkTerms(terms, 'initiator', TIPS, policy).find(({ rule }) => rule === 'lock-time-gap');
    expect(gap).toMatchObject({
      value: `${firstLeg.refundLockTime - secondLeg.refundLockTime} s`,
      limit: `at least ${margins.gapSeconds} s`,
    });
  });
});

describe('the margins', () => {
  it('grow as less loss is accepted, and with the confirmations that are asked for', () => {
    const safer = marginsFor(firstLeg, secondLeg, { ...policy, lossProbability: 1e-9 });
    expect(safer.gapSeconds).toBeGreaterThan(margins.gapSeconds);
    expect(safer.revealSeconds).toBeGreaterThan(margins.revealSeconds);
    const slower = marginsFor(firstLeg, secondLeg, {
      ...policy,
      chains: { ...policy.chains, bitcoin: { ...policy.chains.bitcoin, confirmations: 6 } },
    });
    expect(slower.secondLockSeconds).toBeGreaterThan(margins.secondLockSeconds);
    expect(slower.revealSeconds).toBe(margins.revealSeconds);
  });

  it('are far above the mean, which is what makes them margins', () => {
    // 24 blocks of 150 s are an hour on average; at a five-millionth they are well over two.
    expect(margins.revealSeconds).toBeGreaterThan(2 * 24 * 150);
    expect(margins.responderLockSeconds).toBeGreaterThan(margins.revealSeconds);
    expect(margins.secondLockSeconds).toBeGreaterThan(margins.responderLockSeconds);
  });
});
