import { isChainError } from '@bitcoin-enterprise/chain';
import { toHex } from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { isSwapError } from '../src/error.ts';
import { Fields } from '../src/message/fields.ts';
import {
  type Acceptance,
  checkScripts,
  encodeAcceptance,
  encodeProposal,
  parseAcceptance,
  parseProposal,
  parseRefusal,
  type Proposal,
  scriptsOf,
  termsOf,
} from '../src/message/negotiation.ts';
import type { Leg, LegOffer } from '../src/swap/terms.ts';
import { modelTerms } from './model-terms.ts';

const terms = modelTerms();
const proposal: Proposal = {
  id: terms.id,
  paymentHash: terms.paymentHash,
  script: terms.script,
  firstLeg: { ...offerOf(terms.firstLeg), refundPublicKey: terms.firstLeg.refundPublicKey },
  secondLeg: { ...offerOf(terms.secondLeg), claimPublicKey: terms.secondLeg.claimPublicKey },
};
const acceptance: Acceptance = {
  id: terms.id,
  firstLegClaimPublicKey: terms.firstLeg.claimPublicKey,
  secondLegRefundPublicKey: terms.secondLeg.refundPublicKey,
  ...scriptsOf(terms),
};

function offerOf({ chain, network, amountSat, refundLockTime }: Leg): LegOffer {
  return { chain, network, amountSat, refundLockTime };
}

/** What parsing a proposal with one field changed says: the error's code, value and limit. */
function refusal(
  path: string,
  value: unknown,
): { code: string; value: string | undefined; limit: string | undefined } {
  const body = structuredClone(encodeProposal(proposal)) as Record<string, unknown>;
  const [first = '', second] = path.split('.');
  if (second === undefined) body[first] = value;
  else (body[first] as Record<string, unknown>)[second] = value;
  try {
    parseProposal(Fields.of(body, 'proposal'));
  } catch (error) {
    if (isSwapError(error) || isChainError(error)) {
      return { code: error.code, value: error.value, limit: error.limit };
    }
    throw error;
  }
  throw new Error(`${path} was accepted`);
}

describe('a proposal', () => {
  it('reads back as it was written', () => {
    expect(parseProposal(Fields.of(encodeProposal(proposal), 'proposal'))).toEqual(proposal);
  });

  it('and its acceptance give both parties the same terms', () => {
    const read = parseAcceptance(Fields.of(encodeAcceptance(acceptance), 'acceptance'));
    expect(termsOf(proposal, terms, read)).toEqual(terms);
  });

  it('is refused with a payment hash of 31 or 33 bytes', () => {
    for (const length of [31, 33]) {
      expect(refusal('paymentHash', 'ab'.repeat(length))).toMatchObject({
        code: 'field-malformed',
        limit: '32 bytes as lower-case hex',
      });
    }
  });

  it('is refused with a block height where a time belongs', () => {
    expect(refusal('firstLeg.refundLockTime', 850_000)).toMatchObject({ code: 'lock-time-unit' });
    expect(refusal('secondLeg.refundLockTime', 499_999_999)).toMatchObject({ code: 'lock-time-unit' });
  });

  it('is refused with a lock time that does not fit 32 bits', () => {
    expect(refusal('firstLeg.refundLockTime', 0x1_0000_0000)).toMatchObject({ code: 'field-malformed' });
  });

  it('is refused with amounts that are negative, fractional, numbers, or more than can exist', () => {
    for (const amount of ['-1', '1.5', '01', 5, 1e8, '8400000000000001', '', null, '9'.repeat(400)]) {
      expect(refusal('firstLeg.amountSat', amount), String(amount)).toMatchObject({
        code: 'field-malformed',
      });
    }
  });

  it('is refused with a chain or a network that does not exist', () => {
    expect(refusal('firstLeg.chain', 'dogecoin')).toMatchObject({
      code: 'field-malformed',
      value: 'dogecoin',
    });
    expect(refusal('secondLeg.network', 'signet')).toMatchObject({ code: 'network-unknown' });
  });

  it('is refused with a public key that is no point of the curve', () => {
    expect(refusal('firstLeg.refundPublicKey', `02${'ff'.repeat(32)}`)).toMatchObject({
      code: 'field-malformed',
    });
    expect(
      refusal('secondLeg.claimPublicKey', toHex(terms.secondLeg.claimPublicKey.subarray(1))),
    ).toMatchObject({
      code: 'field-malformed',
    });
  });

  it('is refused with a script that nobody speaks, with missing and with unknown fields', () => {
    expect(refusal('script', 'p2sh')).toMatchObject({ code: 'field-malformed', value: 'p2sh' });
    expect(refusal('id', undefined)).toMatchObject({ code: 'field-malformed', value: 'missing' });
    expect(refusal('firstLeg', [])).toMatchObject({ code: 'field-malformed', value: 'an array' });
    expect(refusal('firstLeg', null)).toMatchObject({ code: 'field-malformed', value: 'null' });
    expect(refusal('premium', '1')).toMatchObject({ code: 'field-malformed', value: 'premium' });
  });

  it('never repeats a hostile value at length', () => {
    expect(refusal('id', 'z'.repeat(10_000)).value).toHaveLength(80 + '… (10000 characters)'.length);
    expect(refusal('id', {}).value).toBe('an object');
  });
});

describe('an acceptance', () => {
  it('is refused when one of its scripts is not the one that the terms give', () => {
    for (const name of ['firstLegScriptPubKey', 'secondLegScriptPubKey'] as const) {
      const other = { ...acceptance, [name]: `5120${'ab'.repeat(32)}` };
      expect(() => {
        checkScripts(other, terms);
      }).toThrow(
        expect.objectContaining({ code: 'script-mismatch', value: other[name], limit: acceptance[name] }),
      );
    }
    expect(() => {
      checkScripts(acceptance, terms);
    }).not.toThrow();
  });
});

describe('a refusal', () => {
  it('reads back, bounded', () => {
    const body = { id: terms.id, code: 'terms-refused', value: 'v', limit: 'l' };
    expect(parseRefusal(Fields.of(body, 'refusal'))).toEqual(body);
    expect(() => parseRefusal(Fields.of({ ...body, value: 'v'.repeat(301) }, 'refusal'))).toThrow(
      /at most 300/,
    );
  });
});
