import type { Duty } from '../swap/duties.ts';
import type { SpendTransaction, SwapEvent } from '../swap/event.ts';
import { checkTerms, type RuleCheck } from '../swap/rules.ts';
import type { SwapState } from '../swap/state.ts';
import { type Leg, ownLeg, peerLeg } from '../swap/terms.ts';
import { legViews, type SwapView } from '../swap/view.ts';
import { accessFor } from './chain-access.ts';
import type { RunContext } from './run-context.ts';
import type { Published } from './step.ts';
import { openTransaction, signClaim, signLock, signRefund } from './transactions.ts';

/** What doing a duty gave: events to be written, and what a node said of a transaction. */
export interface Performed {
  readonly events: readonly SwapEvent[];
  readonly published?: Published;
}

/** Does one duty. Signing gives an event to be written before the transaction goes anywhere; publishing repeats. */
export async function perform(
  context: RunContext,
  state: SwapState,
  duty: Duty,
  view: SwapView,
): Promise<Performed> {
  const { chains, keys, policy } = context;
  const { terms, role } = state;
  const { own, peer } = legViews(role, view);
  switch (duty.duty) {
    case 'verify-terms': {
      const tips = { firstLeg: view.firstLeg.tip, secondLeg: view.secondLeg.tip };
      const rules = checkTerms(terms, role, tips, policy);
      const checks = [...rules, ...(await screening(context, state, rules))];
      const refused = checks.some((check) => !check.ok);
      return { events: [{ type: refused ? 'terms-refused' : 'terms-verified', checks }] };
    }
    case 'sign-lock':
      return { events: [{ type: 'lock-intended', lock: await signLock(chains, state, own) }] };
    case 'sign-claim': {
      const claim = await signClaim({
        chains,
        keys,
        state,
        view: peer,
        feerateSatPerKvb: duty.feerateSatPerKvb,
      });
      const exposes = role === 'initiator' && !state.exposed;
      return { events: [{ type: exposes ? 'secret-exposed' : 'claim-intended', claim }] };
    }
    case 'sign-refund': {
      const refund = await signRefund({
        chains,
        keys,
        state,
        view: own,
        feerateSatPerKvb: duty.feerateSatPerKvb,
      });
      return { events: [{ type: 'refund-intended', refund }] };
    }
    case 'publish-lock':
      return state.lock === undefined
        ? { events: [] }
        : await publish(context, state, ownLeg(terms, role), state.lock.txid, state.lock.rawTransaction);
    case 'publish-claim':
      return await publishLast(context, state, peerLeg(terms, role), state.claims);
    case 'publish-refund':
      return await publishLast(context, state, ownLeg(terms, role), state.refunds);
  }
}

/** The screening function is asked only about terms that the rules allow. */
async function screening(
  { screen }: RunContext,
  { terms, role }: SwapState,
  rules: readonly RuleCheck[],
): Promise<readonly RuleCheck[]> {
  if (screen === undefined || rules.some((check) => !check.ok)) return [];
  const { decision, receipt } = await screen(terms, role);
  return [
    {
      rule: 'screening',
      ok: decision === 'clear',
      value: `${decision} (${receipt})`.slice(0, 200),
      limit: 'clear',
    },
  ];
}

async function publishLast(
  context: RunContext,
  state: SwapState,
  leg: Leg,
  spends: readonly SpendTransaction[],
): Promise<Performed> {
  const last = spends.at(-1);
  if (last === undefined) return { events: [] };
  return publish(context, state, leg, last.txid, openTransaction(context.keys, state, last));
}

async function publish(
  { chains }: RunContext,
  state: SwapState,
  leg: Leg,
  txid: string,
  rawTransaction: Uint8Array,
): Promise<Performed> {
  const outcome = await accessFor(chains, leg).node.broadcast(rawTransaction);
  if (outcome.outcome !== 'refused') return { events: [], published: outcome };
  const value = `${txid}: ${outcome.reason}`.slice(0, 1_000);
  const known = state.alerts.some((alert) => alert.code === 'transaction-refused' && alert.value === value);
  const alert: SwapEvent = {
    type: 'alert',
    code: 'transaction-refused',
    value,
    limit: `${leg.chain} mempool policy`,
  };
  return { events: known ? [] : [alert], published: { outcome: 'refused', reason: outcome.reason } };
}
