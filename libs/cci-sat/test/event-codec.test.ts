import { canonicalJson, parseCanonicalJson } from '@bitcoin-enterprise/audit';
import { utf8 } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSwapEvent, encodeSwapEvent } from '../src/journal/event-codec.ts';
import type { SwapEvent } from '../src/swap/event.ts';
import { modelTerms } from './model-terms.ts';

const bytes = (length?: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array(length === undefined ? { maxLength: 400 } : { minLength: length, maxLength: length });
const txid = bytes(32).map((id) => Buffer.from(id).toString('hex'));
const amountSat = fc.bigInt({ min: 0n, max: 8_400_000_000_000_000n });
const height = fc.integer({ min: 0, max: 499_999_999 });
const sighting = fc.record({ blockHash: txid, height, confirmations: height });
const spend = fc.record({
  txid,
  feeSat: amountSat,
  feerateSatPerKvb: amountSat,
  sealedTransaction: bytes(),
  builtAtHeight: height,
});
const checks = fc.array(
  fc.record({
    rule: fc.constantFrom('lock-time-gap' as const, 'screening' as const),
    ok: fc.boolean(),
    value: fc.string({ maxLength: 200, unit: 'grapheme-ascii' }),
    limit: fc.string({ maxLength: 200, unit: 'grapheme-ascii' }),
  }),
  { maxLength: 12 },
);
const is = <T extends SwapEvent['type']>(type: T): fc.Arbitrary<T> => fc.constant(type);

/** Every type of event; the record keeps the list complete. */
const EVENTS: { readonly [T in SwapEvent['type']]: fc.Arbitrary<Extract<SwapEvent, { readonly type: T }>> } =
  {
    'swap-proposed': fc.record({ type: is('swap-proposed'), message: bytes(), counterparty: txid }),
    'proposal-closed': fc.record({
      type: is('proposal-closed'),
      reason: fc.constantFrom('cancelled', 'terms-refused'),
    }),
    'terms-agreed': fc.record({
      type: is('terms-agreed'),
      role: fc.constantFrom('initiator' as const, 'responder' as const),
      terms: fc.constantFrom(modelTerms(), modelTerms({ script: 'p2wsh' })),
      proposal: bytes(),
      acceptance: bytes(),
      fromHeights: fc.record({ firstLeg: height, secondLeg: height }),
    }),
    'terms-verified': fc.record({ type: is('terms-verified'), checks }),
    'terms-refused': fc.record({ type: is('terms-refused'), checks }),
    'lock-intended': fc.record({
      type: is('lock-intended'),
      lock: fc.record({ txid, vout: fc.nat(), feeSat: amountSat, rawTransaction: bytes() }),
    }),
    'own-lock-confirmed': fc.record({ type: is('own-lock-confirmed'), sighting }),
    'own-lock-reorged': fc.record({ type: is('own-lock-reorged') }),
    'peer-lock-seen': fc.record({ type: is('peer-lock-seen'), txid, vout: fc.nat(), amountSat }),
    'peer-lock-vanished': fc.record({ type: is('peer-lock-vanished'), txid, vout: fc.nat() }),
    'peer-lock-final': fc.record({ type: is('peer-lock-final'), sighting }),
    'peer-lock-reorged': fc.record({ type: is('peer-lock-reorged'), confirmations: height }),
    'secret-exposed': fc.record({ type: is('secret-exposed'), claim: spend }),
    'secret-learned': fc.record({ type: is('secret-learned'), preimage: bytes(32), txid }),
    'claim-intended': fc.record({ type: is('claim-intended'), claim: spend }),
    'claim-seen': fc.record({ type: is('claim-seen'), txid }),
    'claim-final': fc.record({ type: is('claim-final'), txid, sighting }),
    'refund-intended': fc.record({ type: is('refund-intended'), refund: spend }),
    'refund-final': fc.record({ type: is('refund-final'), txid, sighting }),
    'peer-refunded': fc.record({ type: is('peer-refunded'), txid, sighting }),
    'own-leg-lost': fc.record({ type: is('own-leg-lost'), txid, sighting }),
    aborted: fc.record({
      type: is('aborted'),
      reason: fc.constantFrom('cancelled' as const, 'terms-refused' as const, 'too-late-to-lock' as const),
    }),
    alert: fc.record({
      type: is('alert'),
      code: fc.constantFrom(
        'peer-lock-amount-wrong' as const,
        'peer-locked-twice' as const,
        'transaction-refused' as const,
      ),
      value: fc.string({ maxLength: 300, unit: 'grapheme-ascii' }),
      limit: fc.string({ maxLength: 300, unit: 'grapheme-ascii' }),
    }),
  };

const anyEvent = fc.oneof(...(Object.values(EVENTS) as fc.Arbitrary<SwapEvent>[]));

describe('the journal form of an event', () => {
  it('reads back what was written, through the bytes of the log', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { type, body } = encodeSwapEvent(event);
        const stored = parseCanonicalJson(utf8(canonicalJson(body)));
        expect(decodeSwapEvent(type, stored)).toEqual(plain(event));
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses every event with a field missing, of another type, or unknown', () => {
    fc.assert(
      fc.property(anyEvent, fc.constantFrom(undefined, null, 'x', -1, 1.5, [], true), (event, wrong) => {
        const { type, body } = encodeSwapEvent(event);
        for (const name of Object.keys(body as object)) {
          const original = (body as Record<string, unknown>)[name];
          if (typeof original === typeof wrong && typeof wrong !== 'object') continue;
          if (Array.isArray(original) && Array.isArray(wrong)) continue;
          expect(() => decodeSwapEvent(type, { ...(body as object), [name]: wrong }), name).toThrow(
            expect.objectContaining({ code: 'field-malformed' }),
          );
        }
        expect(() => decodeSwapEvent(type, { ...(body as object), more: 1 })).toThrow(/more/);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a type that is none of a swap', () => {
    for (const type of ['swap-completed', 'constructor', '__proto__', '']) {
      expect(() => decodeSwapEvent(type, {})).toThrow(
        expect.objectContaining({ code: 'field-malformed', value: type }),
      );
    }
    expect(() => decodeSwapEvent('alert', 'text')).toThrow(/an object/);
  });

  it('refuses a secret of 31 or 33 bytes', () => {
    for (const length of [31, 33]) {
      const body = { preimage: new Uint8Array(length), txid: 'ab'.repeat(32) };
      expect(() => decodeSwapEvent('secret-learned', body)).toThrow(
        expect.objectContaining({ code: 'field-malformed', value: `${length} bytes` }),
      );
    }
  });
});

/** Records of fast-check have no prototype; what is read has the usual one. */
function plain<T>(value: T): T {
  return structuredClone(value);
}
