import { describe, expect, it } from 'vitest';

import type { ChainEvent, ChainTip, FundingView, OutputView, SpendView } from '../src/index.ts';
import { changesBetween } from '../src/watch/changes.ts';

const tip = (name: string): ChainTip => ({ height: 100, hash: name, medianTimePast: 0, time: 0 });
const view = (name: string, ...fundings: FundingView[]): OutputView => ({
  tip: tip(name),
  fundings,
  mempoolUnread: 0,
});
const funding = (confirmations: number, blockHash?: string, spend?: SpendView): FundingView => ({
  txid: 'f',
  vout: 0,
  amountSat: 1n,
  confirmations,
  ...(blockHash === undefined ? {} : { blockHash, height: 100 }),
  ...(spend === undefined ? {} : { spend }),
});
const spend = (txid: string, confirmations: number, blockHash?: string): SpendView => ({
  txid,
  confirmations,
  witness: [],
  rawTransaction: new Uint8Array(0),
  ...(blockHash === undefined ? {} : { blockHash, height: 100 }),
});

/** The events in short, such as `vanished spend`. */
function told(before: OutputView | undefined, after: OutputView): string[] {
  return changesBetween(before, after).map((event: ChainEvent) =>
    'what' in event ? `${event.type} ${event.what}` : event.type,
  );
}

describe('changes between two looks', () => {
  it('are all that is there at the first look', () => {
    expect(told(undefined, view('a'))).toEqual(['tip']);
    expect(told(undefined, view('a', funding(0)))).toEqual(['tip', 'seen']);
    expect(told(undefined, view('a', funding(2, 'x', spend('s', 1, 'y'))))).toEqual([
      'tip',
      'seen',
      'confirmed',
      'spent',
      'spend-confirmed',
    ]);
  });

  it('are nothing where nothing changed', () => {
    const same = view('a', funding(1, 'x', spend('s', 0)));
    expect(told(same, view('a', funding(1, 'x', spend('s', 0))))).toEqual([]);
  });

  it.each([
    ['a confirmation more', funding(1, 'x'), funding(2, 'x'), ['confirmed']],
    ['the first confirmation', funding(0), funding(1, 'x'), ['confirmed']],
    ['a payment back in the mempool', funding(2, 'x'), funding(0), ['reorged funding']],
    ['a payment in another block', funding(2, 'x'), funding(1, 'y'), ['reorged funding', 'confirmed']],
    ['a spend in the mempool', funding(1, 'x'), funding(1, 'x', spend('s', 0)), ['spent']],
    [
      'a spend at once in a block',
      funding(1, 'x'),
      funding(1, 'x', spend('s', 1, 'y')),
      ['spent', 'spend-confirmed'],
    ],
    [
      'a spend confirmed',
      funding(1, 'x', spend('s', 0)),
      funding(1, 'x', spend('s', 1, 'y')),
      ['spend-confirmed'],
    ],
    [
      'a spend back in the mempool',
      funding(1, 'x', spend('s', 1, 'y')),
      funding(1, 'x', spend('s', 0)),
      ['reorged spend'],
    ],
    [
      'a spend in another block',
      funding(1, 'x', spend('s', 1, 'y')),
      funding(1, 'x', spend('s', 1, 'z')),
      ['reorged spend', 'spend-confirmed'],
    ],
    ['a spend gone', funding(1, 'x', spend('s', 0)), funding(1, 'x'), ['vanished spend']],
    [
      'a spend replaced',
      funding(1, 'x', spend('s', 0)),
      funding(1, 'x', spend('t', 0)),
      ['vanished spend', 'spent'],
    ],
  ])('are %s', (_name, before, after, expected) => {
    expect(told(view('a', before), view('a', after))).toEqual(expected);
  });

  it('tell of a payment that is gone as it was', () => {
    const gone = funding(3, 'x');
    expect(changesBetween(view('a', gone), view('b'))).toEqual([
      { type: 'tip', tip: tip('b') },
      { type: 'vanished', what: 'funding', funding: gone },
    ]);
  });
});
