import { outpointKey } from '../transaction/outpoint-key.ts';
import type { ChainEvent } from './chain-event.ts';
import type { FundingView, OutputView, SpendView } from './output-view.ts';

/** What changed from one look to the next; without an earlier look, all that is there. */
export function changesBetween(before: OutputView | undefined, after: OutputView): readonly ChainEvent[] {
  const events: ChainEvent[] = [];
  if (before?.tip.hash !== after.tip.hash) events.push({ type: 'tip', tip: after.tip });
  const earlier = new Map(before?.fundings.map((funding) => [outpointKey(funding), funding]));
  const later = new Set(after.fundings.map(outpointKey));
  for (const [key, funding] of earlier) {
    if (!later.has(key)) events.push({ type: 'vanished', what: 'funding', funding });
  }
  for (const funding of after.fundings) {
    const previous = earlier.get(outpointKey(funding));
    events.push(...fundingChanges(previous, funding), ...spendChanges(previous, funding));
  }
  return events;
}

function fundingChanges(before: FundingView | undefined, funding: FundingView): readonly ChainEvent[] {
  const events: ChainEvent[] = [];
  if (before === undefined) events.push({ type: 'seen', funding });
  const reorged = lostItsBlock(before, funding);
  if (reorged) events.push({ type: 'reorged', what: 'funding', funding });
  if (gained(before, funding, reorged)) events.push({ type: 'confirmed', funding });
  return events;
}

function spendChanges(beforeFunding: FundingView | undefined, funding: FundingView): readonly ChainEvent[] {
  const before = beforeFunding?.spend;
  const { spend } = funding;
  const events: ChainEvent[] = [];
  if (beforeFunding !== undefined && before !== undefined && before.txid !== spend?.txid) {
    events.push({ type: 'vanished', what: 'spend', funding: beforeFunding });
  }
  if (spend === undefined) return events;
  const same = before?.txid === spend.txid ? before : undefined;
  if (same === undefined) events.push({ type: 'spent', funding, spend });
  const reorged = lostItsBlock(same, spend);
  if (reorged) events.push({ type: 'reorged', what: 'spend', funding });
  if (gained(same, spend, reorged)) events.push({ type: 'spend-confirmed', funding, spend });
  return events;
}

type Placed = Pick<FundingView | SpendView, 'confirmations' | 'blockHash'>;

function lostItsBlock(before: Placed | undefined, now: Placed): boolean {
  return before?.blockHash !== undefined && before.blockHash !== now.blockHash;
}

function gained(before: Placed | undefined, now: Placed, reorged: boolean): boolean {
  return now.confirmations > (reorged ? 0 : (before?.confirmations ?? 0));
}
