import { toHex } from '@bitcoin-enterprise/crypto-core';
import type { Fields } from './fields.ts';
import {
  encodeLegOffer,
  htlcOf,
  type LegOffer,
  legOfferFields,
  type LockScript,
  publicKeyField,
  type SwapTerms,
} from '../swap/terms.ts';
import { SwapError } from '../error.ts';

/** What the initiator asks for: everything but the responder's keys. */
export interface Proposal {
  readonly id: string;
  readonly paymentHash: Uint8Array;
  readonly script: LockScript;
  readonly firstLeg: LegOffer & { readonly refundPublicKey: Uint8Array };
  readonly secondLeg: LegOffer & { readonly claimPublicKey: Uint8Array };
}

/** What the responder adds, and the scripts that it computed: both parties see at once if they differ. */
export interface Acceptance {
  readonly id: string;
  readonly firstLegClaimPublicKey: Uint8Array;
  readonly secondLegRefundPublicKey: Uint8Array;
  readonly firstLegScriptPubKey: string;
  readonly secondLegScriptPubKey: string;
}

/** Why a responder says no; codes only, as everything else is between the responder and its log. */
export interface Refusal {
  readonly id: string;
  readonly code: string;
  readonly value: string;
  readonly limit: string;
}

export function encodeProposal(proposal: Proposal): Readonly<Record<string, unknown>> {
  return {
    id: proposal.id,
    paymentHash: toHex(proposal.paymentHash),
    script: proposal.script,
    firstLeg: {
      ...encodeLegOffer(proposal.firstLeg),
      refundPublicKey: toHex(proposal.firstLeg.refundPublicKey),
    },
    secondLeg: {
      ...encodeLegOffer(proposal.secondLeg),
      claimPublicKey: toHex(proposal.secondLeg.claimPublicKey),
    },
  };
}

export function parseProposal(body: Fields): Proposal {
  body.only('id', 'paymentHash', 'script', 'firstLeg', 'secondLeg');
  const first = body
    .object('firstLeg')
    .only('chain', 'network', 'amountSat', 'refundLockTime', 'refundPublicKey');
  const second = body
    .object('secondLeg')
    .only('chain', 'network', 'amountSat', 'refundLockTime', 'claimPublicKey');
  return {
    id: body.hexText('id', 16),
    paymentHash: body.hex('paymentHash', 32),
    script: body.choice('script', ['p2wsh', 'p2tr']),
    firstLeg: { ...legOfferFields(first), refundPublicKey: publicKeyField(first, 'refundPublicKey') },
    secondLeg: { ...legOfferFields(second), claimPublicKey: publicKeyField(second, 'claimPublicKey') },
  };
}

export function encodeAcceptance(acceptance: Acceptance): Readonly<Record<string, unknown>> {
  return {
    ...acceptance,
    firstLegClaimPublicKey: toHex(acceptance.firstLegClaimPublicKey),
    secondLegRefundPublicKey: toHex(acceptance.secondLegRefundPublicKey),
  };
}

export function parseAcceptance(body: Fields): Acceptance {
  body.only(
    'id',
    'firstLegClaimPublicKey',
    'secondLegRefundPublicKey',
    'firstLegScriptPubKey',
    'secondLegScriptPubKey',
  );
  return {
    id: body.hexText('id', 16),
    firstLegClaimPublicKey: publicKeyField(body, 'firstLegClaimPublicKey'),
    secondLegRefundPublicKey: publicKeyField(body, 'secondLegRefundPublicKey'),
    firstLegScriptPubKey: body.hexText('firstLegScriptPubKey', 34),
    secondLegScriptPubKey: body.hexText('secondLegScriptPubKey', 34),
  };
}

export function parseRefusal(body: Fields): Refusal {
  body.only('id', 'code', 'value', 'limit');
  return {
    id: body.hexText('id', 16),
    code: body.text('code', 60),
    value: body.text('value', 300),
    limit: body.text('limit', 300),
  };
}

/** The terms that follow from a proposal and the responder's keys. */
export function termsOf(
  proposal: Proposal,
  parties: { readonly initiator: Uint8Array; readonly responder: Uint8Array },
  keys: Pick<Acceptance, 'firstLegClaimPublicKey' | 'secondLegRefundPublicKey'>,
): SwapTerms {
  return {
    id: proposal.id,
    paymentHash: proposal.paymentHash,
    script: proposal.script,
    ...parties,
    firstLeg: { ...proposal.firstLeg, claimPublicKey: keys.firstLegClaimPublicKey },
    secondLeg: { ...proposal.secondLeg, refundPublicKey: keys.secondLegRefundPublicKey },
  };
}

/** Both scripts as this party builds them, hex. */
export function scriptsOf(
  terms: SwapTerms,
): Pick<Acceptance, 'firstLegScriptPubKey' | 'secondLegScriptPubKey'> {
  return {
    firstLegScriptPubKey: toHex(htlcOf(terms, terms.firstLeg).scriptPubKey),
    secondLegScriptPubKey: toHex(htlcOf(terms, terms.secondLeg).scriptPubKey),
  };
}

/** Refuses an acceptance whose scripts are not the ones that the terms give here: `script-mismatch`. */
export function checkScripts(acceptance: Acceptance, terms: SwapTerms): void {
  const own = scriptsOf(terms);
  for (const name of ['firstLegScriptPubKey', 'secondLegScriptPubKey'] as const) {
    if (acceptance[name] !== own[name]) {
      throw new SwapError('script-mismatch', `${name} is not the script that the terms give`, {
        value: acceptance[name],
        limit: own[name],
      });
    }
  }
}
