import { describe, expect, it } from 'vitest';
import { apply, replay } from '../src/swap/apply.ts';
import type { SwapEvent } from '../src/swap/event.ts';
import { phaseOf, type SwapState } from '../src/swap/state.ts';
import type { Role } from '../src/swap/terms.ts';
import { modelTerms, PREIMAGE } from './model-terms.ts';

const none = new Uint8Array();
const txid = 'ab'.repeat(32);
const sighting = { blockHash: 'cd'.repeat(32), height: 120, confirmations: 3 };
const claim = { txid, feeSat: 200n, feerateSatPerKvb: 1_000n, sealedTransaction: none, builtAtHeight: 120 };
const agreed = (role: Role): SwapEvent => ({
  type: 'terms-agreed',
  role,
  terms: modelTerms(),
  proposal: none,
  acceptance: none,
  fromHeights: { firstLeg: 0, secondLeg: 0 },
});
const verified: SwapEvent = { type: 'terms-verified', checks: [] };
const locked: SwapEvent = {
  type: 'lock-intended',
  lock: { txid, vout: 0, feeSat: 1n, rawTransaction: none },
};
const peerSeen: SwapEvent = { type: 'peer-lock-seen', txid, vout: 1, amountSat: 5n };
const peerFinal: SwapEvent = { type: 'peer-lock-final', sighting };
const exposed: SwapEvent = { type: 'secret-exposed', claim };
const learned: SwapEvent = { type: 'secret-learned', preimage: PREIMAGE, txid };

function state(...events: readonly SwapEvent[]): SwapState {
  const replayed = replay(events);
  if (replayed === undefined) throw new Error('no terms were agreed');
  return replayed;
}

/** The phases that a journal walks through. */
function phases(...events: readonly SwapEvent[]): string[] {
  return events.map((_, index) => phaseOf(state(...events.slice(0, index + 1))));
}

describe('the journal', () => {
  it('takes the initiator from agreed terms to the claim', () => {
    expect(
      phases(
        agreed('initiator'),
        verified,
        locked,
        { type: 'own-lock-confirmed', sighting },
        peerSeen,
        peerFinal,
        exposed,
        { type: 'claim-seen', txid },
        { type: 'claim-final', txid, sighting },
      ),
    ).toEqual([
      'negotiated',
      'verified',
      'own-lock-intent',
      'own-locked',
      'peer-locked',
      'peer-final',
      'secret-exposed',
      'claim-pending',
      'claimed-final',
    ]);
  });

  it('takes the responder from the peer lock to the claim with the secret that it learned', () => {
    expect(
      phases(
        agreed('responder'),
        verified,
        peerSeen,
        peerFinal,
        locked,
        { type: 'own-lock-confirmed', sighting },
        learned,
        {
          type: 'claim-intended',
          claim,
        },
      ),
    ).toEqual([
      'negotiated',
      'verified',
      'peer-locked',
      'peer-final',
      'own-lock-intent',
      'own-locked',
      'secret-learned',
      'claim-pending',
    ]);
  });

  it('takes back what a reorganisation undid, and never that the secret was exposed', () => {
    const before = [
      agreed('initiator'),
      verified,
      locked,
      { type: 'own-lock-confirmed', sighting } as const,
      peerSeen,
    ];
    expect(phaseOf(state(...before, peerFinal, { type: 'peer-lock-reorged', confirmations: 1 }))).toBe(
      'peer-locked',
    );
    expect(phaseOf(state(...before, { type: 'peer-lock-vanished', txid, vout: 1 }))).toBe('own-locked');
    expect(state(...before, { type: 'own-lock-reorged' }).lockSighting).toBeUndefined();
    const gone = state(...before, peerFinal, exposed, { type: 'peer-lock-vanished', txid, vout: 1 });
    expect(gone.exposed).toBe(true);
    // The claim spent an output that is gone; whatever comes in its place gets a new claim.
    expect(gone.claims).toEqual([]);
  });

  it('refuses what would be a second payment, an early exposure, or a way out of a lock', () => {
    const cases: readonly (readonly [SwapEvent, ...SwapEvent[]])[] = [
      [locked, agreed('initiator'), verified, locked],
      [locked, agreed('initiator')],
      [exposed, agreed('initiator'), verified, locked, peerSeen],
      [exposed, agreed('responder'), verified, peerSeen, peerFinal],
      [learned, agreed('initiator'), verified],
      [{ type: 'claim-intended', claim }, agreed('responder'), verified, peerSeen, peerFinal],
      [{ type: 'aborted', reason: 'cancelled' }, agreed('initiator'), verified, locked],
      [{ type: 'terms-refused', checks: [] }, agreed('initiator'), verified, locked],
      [{ type: 'refund-intended', refund: claim }, agreed('initiator'), verified],
      [{ type: 'own-lock-confirmed', sighting }, agreed('initiator'), verified],
      [peerFinal, agreed('initiator'), verified],
      [{ type: 'peer-lock-reorged', confirmations: 0 }, agreed('initiator'), verified],
      [agreed('initiator'), agreed('initiator')],
      [{ type: 'swap-proposed', message: none, counterparty: txid }, agreed('initiator')],
      [verified, agreed('initiator'), { type: 'aborted', reason: 'cancelled' }],
      [verified],
    ];
    for (const [event, ...before] of cases) {
      expect(() => apply(replay(before), event), `${event.type} after ${before.length} events`).toThrow(
        expect.objectContaining({ code: 'event-out-of-order', value: event.type }),
      );
    }
  });

  it('ends in refused terms, in a refund and in a loss', () => {
    expect(state(agreed('responder'), { type: 'terms-refused', checks: [] }).end).toEqual({
      phase: 'aborted',
      reason: 'terms-refused',
    });
    const refunding = [
      agreed('responder'),
      verified,
      peerSeen,
      peerFinal,
      locked,
      { type: 'refund-intended', refund: claim } as const,
    ];
    expect(phaseOf(state(...refunding))).toBe('refund-pending');
    expect(phaseOf(state(...refunding, { type: 'refund-final', txid, sighting }))).toBe('refunded-final');
    expect(
      phaseOf(
        state(
          ...refunding,
          { type: 'peer-refunded', txid, sighting },
          { type: 'own-leg-lost', txid, sighting },
        ),
      ),
    ).toBe('lost');
  });

  it('remembers alerts', () => {
    const alert = {
      type: 'alert',
      code: 'peer-locked-twice',
      value: '2 outputs',
      limit: '1 output',
    } as const;
    expect(state(agreed('initiator'), alert).alerts).toEqual([
      { code: 'peer-locked-twice', value: '2 outputs' },
    ]);
  });
});
