import {
  type ChainTip,
  claimVirtualSize,
  dustLimitSat,
  parametersFor,
  refundVirtualSize,
} from '@bitcoin-enterprise/chain';
import { toHex } from '@bitcoin-enterprise/crypto-core';
import { marginsFor } from '../timelock/margins.ts';
import type { SwapPolicy } from './policy.ts';
import { htlcOf, type Leg, ownLeg, type Role, type SwapTerms } from './terms.ts';

/** The rules that hold before anything is locked. */
export type Rule =
  | 'chains-differ'
  | 'networks-match'
  | 'keys-distinct'
  | 'second-lock-time-margin'
  | 'lock-time-gap'
  | 'longest-lock'
  | 'first-amount-minimum'
  | 'second-amount-minimum'
  | 'own-amount-limit'
  /** What the desk's own screening function said. */
  | 'screening';

/** One rule, with the figure that was checked and the limit it was held to: evidence, whichever way it went. */
export interface RuleCheck {
  readonly rule: Rule;
  readonly ok: boolean;
  readonly value: string;
  readonly limit: string;
}

/** What the rules know of the two chains. */
export interface Tips {
  readonly firstLeg: Pick<ChainTip, 'medianTimePast'>;
  readonly secondLeg: Pick<ChainTip, 'medianTimePast'>;
}

/** Checks all rules on a party's behalf; never throws, so that the whole list can be shown and recorded. */
export function checkTerms(
  terms: SwapTerms,
  role: Role,
  tips: Tips,
  policy: SwapPolicy,
): readonly RuleCheck[] {
  const { firstLeg, secondLeg } = terms;
  const margins = marginsFor(firstLeg, secondLeg, policy);
  const own = ownLeg(terms, role);
  const keys = [firstLeg, secondLeg].flatMap((leg) => [
    toHex(leg.claimPublicKey),
    toHex(leg.refundPublicKey),
  ]);
  const medianTimePast = Math.max(tips.firstLeg.medianTimePast, tips.secondLeg.medianTimePast);
  return [
    {
      rule: 'chains-differ',
      ok: firstLeg.chain !== secondLeg.chain,
      value: `${firstLeg.chain} and ${secondLeg.chain}`,
      limit: 'two chains',
    },
    {
      rule: 'networks-match',
      ok: firstLeg.network === secondLeg.network,
      value: `${firstLeg.network} and ${secondLeg.network}`,
      limit: 'the same kind of network on both legs',
    },
    {
      rule: 'keys-distinct',
      ok: new Set(keys).size === keys.length,
      value: `${new Set(keys).size} distinct keys`,
      limit: `${keys.length} distinct keys`,
    },
    atLeast(
      'second-lock-time-margin',
      secondLeg.refundLockTime - medianTimePast,
      margins.secondLockSeconds,
      's',
    ),
    atLeast('lock-time-gap', firstLeg.refundLockTime - secondLeg.refundLockTime, margins.gapSeconds, 's'),
    atMost('longest-lock', own.refundLockTime - medianTimePast, policy.longestLockSeconds, 's'),
    atLeast('first-amount-minimum', firstLeg.amountSat, minimumAmountSat(terms, firstLeg, policy), 'sat'),
    atLeast('second-amount-minimum', secondLeg.amountSat, minimumAmountSat(terms, secondLeg, policy), 'sat'),
    atMost('own-amount-limit', own.amountSat, policy.chains[own.chain].largestSat, 'sat'),
  ];
}

/** The least a leg may hold: its claim and its refund still leave more than dust when they pay the worst feerate. */
export function minimumAmountSat(terms: SwapTerms, leg: Leg, policy: SwapPolicy): bigint {
  const htlc = htlcOf(terms, leg);
  const virtualSize = BigInt(Math.max(claimVirtualSize(htlc), refundVirtualSize(htlc)));
  const worstFeeSat = (virtualSize * policy.chains[leg.chain].worstFeerateSatPerKvb + 999n) / 1000n;
  return dustLimitSat(htlc.scriptPubKey, parametersFor(leg.chain, leg.network)) + worstFeeSat;
}

function atLeast<T extends number | bigint>(rule: Rule, value: T, limit: T, unit: string): RuleCheck {
  return { rule, ok: value >= limit, value: `${value} ${unit}`, limit: `at least ${limit} ${unit}` };
}

function atMost<T extends number | bigint>(rule: Rule, value: T, limit: T, unit: string): RuleCheck {
  return { rule, ok: value <= limit, value: `${value} ${unit}`, limit: `at most ${limit} ${unit}` };
}
