import { randomBytes } from 'node:crypto';
import type { UnixSeconds } from '@bitcoin-enterprise/chain';
import { fromHex, sha256, toHex } from '@bitcoin-enterprise/crypto-core';
import { isSwapError, SwapError } from '../error.ts';
import type { SwapJournal } from '../journal/journal.ts';
import {
  checkScripts,
  encodeProposal,
  parseAcceptance,
  parseProposal,
  parseRefusal,
  type Proposal,
  termsOf,
} from '../message/negotiation.ts';
import { openMessage, signMessage } from '../message/signed-message.ts';
import { apply } from '../swap/apply.ts';
import type { SwapEvent } from '../swap/event.ts';
import type { SwapState } from '../swap/state.ts';
import type { LegOffer, LockScript } from '../swap/terms.ts';
import { proposeLockTimes } from '../timelock/margins.ts';
import { accessFor, type Chains } from './chain-access.ts';
import { fromHeights } from './from-heights.ts';
import { recordEvent } from './record-event.ts';
import type { RunContext } from './run-context.ts';
import { identityKey, swapKey, swapPreimage } from './swap-keys.ts';

/** Somebody to swap with: a BIP340 key, and a way to ask that answers with the counterparty's signed message. */
export interface Counterparty {
  /** 32 bytes. */
  readonly identity: Uint8Array;
  readonly ask: (message: Uint8Array) => Promise<Uint8Array>;
}

/** An amount on a chain. */
export interface SwapSide {
  readonly chain: LegOffer['chain'];
  readonly amountSat: bigint;
}

export interface SwapRequest {
  /** What this party locks first. */
  readonly give: SwapSide;
  /** What this party claims. */
  readonly take: SwapSide;
  readonly to: Counterparty;
  /** Default `p2tr`. */
  readonly script?: LockScript;
  /** Default: what the margins of the policy ask for, and half as much again. */
  readonly lockTimes?: { readonly first: UnixSeconds; readonly second: UnixSeconds };
}

/** A proposal that is in the journal, with the message that carries it. */
interface Proposed {
  readonly proposal: Proposal;
  readonly message: Uint8Array;
}

/** Makes a proposal: fresh id, secret and keys. Nothing is sent yet. */
export async function makeProposal(context: RunContext, request: SwapRequest): Promise<Proposed> {
  const { keys, chains, policy } = context;
  const [give, take] = [offerOf(chains, request.give), offerOf(chains, request.take)];
  const tips = await Promise.all([accessFor(chains, give).node.tip(), accessFor(chains, take).node.tip()]);
  const lockTimes =
    request.lockTimes ??
    proposeLockTimes(give, take, policy, Math.max(...tips.map((tip) => tip.medianTimePast)));
  const id = toHex(randomBytes(16));
  using preimage = swapPreimage(keys, id);
  using refundKey = swapKey(keys, id, 'refund');
  using claimKey = swapKey(keys, id, 'claim');
  using identity = identityKey(keys);
  const proposal: Proposal = {
    id,
    paymentHash: preimage.expose((bytes) => sha256(bytes)),
    script: request.script ?? 'p2tr',
    firstLeg: { ...give, refundLockTime: lockTimes.first, refundPublicKey: refundKey.publicKey },
    secondLeg: { ...take, refundLockTime: lockTimes.second, claimPublicKey: claimKey.publicKey },
  };
  const message = signMessage(identity, {
    kind: 'proposal',
    to: request.to.identity,
    body: encodeProposal(proposal),
  });
  return { proposal, message };
}

/** A side on the network that the desk's node of that chain is on. */
function offerOf(chains: Chains, { chain, amountSat }: SwapSide): Omit<LegOffer, 'refundLockTime'> {
  const access = chains[chain];
  if (access === undefined) {
    const limit = `a node of ${Object.keys(chains).join(', ')}`;
    throw new SwapError('chain-unknown', `${chain} is asked for; this desk has ${limit}`, {
      value: chain,
      limit,
    });
  }
  return { chain, network: access.node.parameters.network, amountSat };
}

/** The proposal that a journal began with, and to whom it went; undefined if the journal began with agreed terms. */
export function proposalOf(
  context: RunContext,
  event: SwapEvent | undefined,
): (Proposed & { readonly to: string }) | undefined {
  if (event?.type !== 'swap-proposed') return undefined;
  using identity = identityKey(context.keys);
  const from = toHex(identity.xOnlyPublicKey);
  const { to, body } = openMessage(event.message, {
    from,
    to: fromHex(event.counterparty),
    kinds: ['proposal'],
  });
  return { proposal: parseProposal(body), message: event.message, to };
}

/**
 * Sends a proposal that is in the journal and records what comes of it: agreed terms, or its end.
 * Throws `counterparty-refused`, `counterparty-unreachable`, and everything that a hostile answer can be.
 */
export async function negotiate(
  context: RunContext,
  journal: SwapJournal,
  proposed: Proposed,
  to: Counterparty,
): Promise<SwapState> {
  const { proposal } = proposed;
  try {
    const event = await agree(context, proposed, to);
    const state = apply(undefined, event);
    if (state === undefined) throw new TypeError('terms were agreed just now');
    await recordEvent(context.observe, proposal.id, event, async () => {
      await journal.append(event);
      return 'negotiated';
    });
    return state;
  } catch (error) {
    if (isSwapError(error))
      await journal.append({
        type: 'proposal-closed',
        reason: (error.code === 'counterparty-refused' ? error.value : undefined) ?? error.code,
      });
    throw error;
  }
}

async function agree(
  context: RunContext,
  { proposal, message }: Proposed,
  to: Counterparty,
): Promise<SwapEvent> {
  using identity = identityKey(context.keys);
  const acceptanceMessage = await askPatiently(context, message, to);
  const answer = openMessage(acceptanceMessage, {
    to: identity.xOnlyPublicKey,
    from: toHex(to.identity),
    kinds: ['acceptance', 'refusal'],
  });
  const reply = answer.kind === 'refusal' ? parseRefusal(answer.body) : parseAcceptance(answer.body);
  if (reply.id !== proposal.id) {
    throw new SwapError('answer-mismatch', `An answer to ${reply.id}`, {
      value: reply.id,
      limit: proposal.id,
    });
  }
  if ('code' in reply) {
    throw new SwapError(
      'counterparty-refused',
      `The counterparty refused: ${reply.code}, ${reply.value} (${reply.limit})`,
      {
        value: reply.code,
        limit: `${reply.value}; ${reply.limit}`,
      },
    );
  }
  const terms = termsOf(proposal, { initiator: identity.xOnlyPublicKey, responder: to.identity }, reply);
  checkScripts(reply, terms);
  accessFor(context.chains, terms.firstLeg);
  accessFor(context.chains, terms.secondLeg);
  return {
    type: 'terms-agreed',
    role: 'initiator',
    terms,
    proposal: message,
    acceptance: acceptanceMessage,
    fromHeights: await fromHeights(context.chains, terms),
  };
}

/** The same question gets the same answer, so it may be asked until the counterparty is there again. */
async function askPatiently(
  { patienceMs }: RunContext,
  message: Uint8Array,
  to: Counterparty,
): Promise<Uint8Array> {
  const deadline = performance.now() + patienceMs;
  for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, 5_000)) {
    try {
      return await to.ask(message);
    } catch (error) {
      const unreachable = isSwapError(error) && error.code === 'counterparty-unreachable';
      if (!unreachable || performance.now() + waitMs > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
