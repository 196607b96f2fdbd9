import { isChainError } from '@bitcoin-enterprise/chain';
import { fromHex, toHex } from '@bitcoin-enterprise/crypto-core';
import { isSwapError, SwapError } from '../error.ts';
import type { SwapJournal } from '../journal/journal.ts';
import {
  encodeAcceptance,
  parseProposal,
  type Proposal,
  scriptsOf,
  termsOf,
} from '../message/negotiation.ts';
import { openMessage, signMessage } from '../message/signed-message.ts';
import { apply } from '../swap/apply.ts';
import type { SwapEvent } from '../swap/event.ts';
import { checkTerms } from '../swap/rules.ts';
import type { SwapState } from '../swap/state.ts';
import type { SwapTerms } from '../swap/terms.ts';
import { accessFor } from './chain-access.ts';
import { fromHeights } from './from-heights.ts';
import { recordEvent } from './record-event.ts';
import type { RunContext } from './run-context.ts';
import { identityKey, swapKey } from './swap-keys.ts';

/** Whether a desk wants a swap, at these amounts with this counterparty. */
export type Approve = (terms: SwapTerms) => boolean | Promise<boolean>;

/** The signed answer to a proposal, and the swap that it started, if it started one. */
export interface Answer {
  readonly message: Uint8Array;
  readonly started?: { readonly state: SwapState; readonly journal: SwapJournal };
}

/**
 * Answers a proposal. What is wrong with the wire form throws, as there is nobody to answer to; what is wrong with
 * the terms is answered with a signed refusal that says the value and the limit. The same proposal again gets the
 * same answer, so that a lost answer or a crash costs nothing.
 */
export async function answerProposal(
  context: RunContext,
  approve: Approve | undefined,
  journalOf: (id: string) => Promise<SwapJournal>,
  wire: Uint8Array,
): Promise<Answer> {
  using identity = identityKey(context.keys);
  const { from, body } = openMessage(wire, { to: identity.xOnlyPublicKey, kinds: ['proposal'] });
  const id = body.hexText('id', 16);
  try {
    const journal = await journalOf(id);
    const earlier = await earlierAnswer(journal, id, wire);
    if (earlier !== undefined) return { message: earlier };
    const event = await accept(context, wire, parseProposal(body), fromHex(from));
    if (approve === undefined || !(await approve(event.terms))) {
      throw new SwapError('proposal-not-approved', `Swap ${id} is not approved here`, {
        value: id,
        limit: 'the desk approves each swap',
      });
    }
    await recordEvent(context.observe, id, event, async () => {
      await journal.begin(event, event.terms.paymentHash);
      return 'negotiated';
    });
    const state = apply(undefined, event);
    return { message: event.acceptance, ...(state && { started: { state, journal } }) };
  } catch (error) {
    if (!isSwapError(error) && !isChainError(error)) throw error;
    return {
      message: signMessage(identity, {
        kind: 'refusal',
        to: fromHex(from),
        body: {
          id,
          code: error.code,
          value: (error.value ?? '').slice(0, 300),
          limit: (error.limit ?? '').slice(0, 300),
        },
      }),
    };
  }
}

async function earlierAnswer(
  journal: SwapJournal,
  id: string,
  wire: Uint8Array,
): Promise<Uint8Array | undefined> {
  const [event] = await journal.read();
  if (event === undefined) return undefined;
  if (event.type === 'terms-agreed' && toHex(event.proposal) === toHex(wire)) return event.acceptance;
  throw new SwapError('swap-exists', `There is a swap ${id} with other terms`, {
    value: id,
    limit: 'an id that no swap used',
  });
}

async function accept(
  { keys, chains, policy }: RunContext,
  wire: Uint8Array,
  proposal: Proposal,
  initiator: Uint8Array,
): Promise<Extract<SwapEvent, { readonly type: 'terms-agreed' }>> {
  using identity = identityKey(keys);
  using claimKey = swapKey(keys, proposal.id, 'claim');
  using refundKey = swapKey(keys, proposal.id, 'refund');
  const [first, second] = [accessFor(chains, proposal.firstLeg), accessFor(chains, proposal.secondLeg)];
  const ownKeys = {
    firstLegClaimPublicKey: claimKey.publicKey,
    secondLegRefundPublicKey: refundKey.publicKey,
  };
  const terms = termsOf(proposal, { initiator, responder: identity.xOnlyPublicKey }, ownKeys);
  const [firstTip, secondTip] = await Promise.all([first.node.tip(), second.node.tip()]);
  const broken = checkTerms(terms, 'responder', { firstLeg: firstTip, secondLeg: secondTip }, policy).find(
    (check) => !check.ok,
  );
  if (broken !== undefined) {
    throw new SwapError('terms-refused', `${broken.rule}: ${broken.value}; ${broken.limit}`, {
      value: `${broken.rule}: ${broken.value}`,
      limit: broken.limit,
    });
  }
  const acceptance = signMessage(identity, {
    kind: 'acceptance',
    to: initiator,
    body: encodeAcceptance({ id: proposal.id, ...ownKeys, ...scriptsOf(terms) }),
  });
  return {
    type: 'terms-agreed',
    role: 'responder',
    terms,
    proposal: wire,
    acceptance,
    fromHeights: await fromHeights(chains, terms),
  };
}
