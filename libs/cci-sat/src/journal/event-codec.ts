import type { EventValue } from '@bitcoin-enterprise/audit';
import { SwapError } from '../error.ts';
import { Fields } from '../message/fields.ts';
import type { FromHeights, LockTransaction, Sighting, SpendTransaction, SwapEvent } from '../swap/event.ts';
import type { Rule, RuleCheck } from '../swap/rules.ts';
import { encodeTerms, parseTerms } from '../swap/terms.ts';

/** A signed message and a funding transaction are far below this; a journal entry is bounded by it. */
const MOST_BYTES = 100_000;

const HEIGHTS = [0, 499_999_999] as const;

/** What the log stores of an event: its type, and a body that an examiner reads without this library. */
export function encodeSwapEvent(event: SwapEvent): { readonly type: string; readonly body: EventValue } {
  if (event.type === 'terms-agreed') {
    const { type, terms, ...rest } = event;
    return { type, body: { ...rest, terms: encodeTerms(terms), fromHeights: { ...event.fromHeights } } };
  }
  const { type, ...body } = event;
  // Every other event is made of text, numbers, amounts and bytes, which are what the log stores.
  return { type, body: body as unknown as EventValue };
}

/** Parses what {@link encodeSwapEvent} wrote; anything else is refused with `field-malformed`. */
export function decodeSwapEvent(type: string, body: unknown): SwapEvent {
  const fields = Fields.of(body, type);
  const decoder = Object.hasOwn(DECODERS, type) ? DECODERS[type as SwapEvent['type']] : undefined;
  if (decoder === undefined) {
    throw new SwapError('field-malformed', `${type} is not an event of a swap`, {
      value: type,
      limit: 'a known type',
    });
  }
  return decoder(fields);
}

const DECODERS: {
  readonly [T in SwapEvent['type']]: (fields: Fields) => Extract<SwapEvent, { readonly type: T }>;
} = {
  'swap-proposed': (fields) => ({
    type: 'swap-proposed',
    message: fields.only('message', 'counterparty').bytes('message', MOST_BYTES),
    counterparty: fields.hexText('counterparty', 32),
  }),
  'proposal-closed': (fields) => ({
    type: 'proposal-closed',
    reason: fields.only('reason').text('reason', 200),
  }),
  'terms-agreed': (fields) => ({
    type: 'terms-agreed',
    role: fields
      .only('role', 'terms', 'proposal', 'acceptance', 'fromHeights')
      .choice('role', ['initiator', 'responder']),
    terms: parseTerms(fields.object('terms')),
    proposal: fields.bytes('proposal', MOST_BYTES),
    acceptance: fields.bytes('acceptance', MOST_BYTES),
    fromHeights: fromHeightsFields(fields.object('fromHeights')),
  }),
  'terms-verified': (fields) => ({
    type: 'terms-verified',
    checks: fields.only('checks').list('checks', 100).map(checkFields),
  }),
  'terms-refused': (fields) => ({
    type: 'terms-refused',
    checks: fields.only('checks').list('checks', 100).map(checkFields),
  }),
  'lock-intended': (fields) => ({
    type: 'lock-intended',
    lock: lockFields(fields.only('lock').object('lock')),
  }),
  'own-lock-confirmed': (fields) => ({
    type: 'own-lock-confirmed',
    sighting: sightingFields(fields.only('sighting')),
  }),
  'own-lock-reorged': (fields) => (fields.only(), { type: 'own-lock-reorged' }),
  'peer-lock-seen': (fields) => ({
    type: 'peer-lock-seen',
    txid: fields.only('txid', 'vout', 'amountSat').hexText('txid', 32),
    vout: fields.integer('vout', 0, 0xffff_ffff),
    amountSat: fields.amountSat('amountSat'),
  }),
  'peer-lock-vanished': (fields) => ({
    type: 'peer-lock-vanished',
    txid: fields.only('txid', 'vout').hexText('txid', 32),
    vout: fields.integer('vout', 0, 0xffff_ffff),
  }),
  'peer-lock-final': (fields) => ({
    type: 'peer-lock-final',
    sighting: sightingFields(fields.only('sighting')),
  }),
  'peer-lock-reorged': (fields) => ({
    type: 'peer-lock-reorged',
    confirmations: fields.only('confirmations').integer('confirmations', ...HEIGHTS),
  }),
  'secret-exposed': (fields) => ({
    type: 'secret-exposed',
    claim: spendFields(fields.only('claim').object('claim')),
  }),
  'secret-learned': (fields) => ({
    type: 'secret-learned',
    preimage: exactly(fields.only('preimage', 'txid').bytes('preimage', 32), 32),
    txid: fields.hexText('txid', 32),
  }),
  'claim-intended': (fields) => ({
    type: 'claim-intended',
    claim: spendFields(fields.only('claim').object('claim')),
  }),
  'claim-seen': (fields) => ({ type: 'claim-seen', txid: fields.only('txid').hexText('txid', 32) }),
  'claim-final': (fields) => ({ type: 'claim-final', ...seenFields(fields) }),
  'refund-intended': (fields) => ({
    type: 'refund-intended',
    refund: spendFields(fields.only('refund').object('refund')),
  }),
  'refund-final': (fields) => ({ type: 'refund-final', ...seenFields(fields) }),
  'peer-refunded': (fields) => ({ type: 'peer-refunded', ...seenFields(fields) }),
  'own-leg-lost': (fields) => ({ type: 'own-leg-lost', ...seenFields(fields) }),
  aborted: (fields) => ({
    type: 'aborted',
    reason: fields.only('reason').choice('reason', ['cancelled', 'terms-refused', 'too-late-to-lock']),
  }),
  alert: (fields) => ({
    type: 'alert',
    code: fields
      .only('code', 'value', 'limit')
      .choice('code', ['peer-lock-amount-wrong', 'peer-locked-twice', 'transaction-refused']),
    value: fields.text('value', 1_000),
    limit: fields.text('limit', 1_000),
  }),
};

function fromHeightsFields(fields: Fields): FromHeights {
  fields.only('firstLeg', 'secondLeg');
  return {
    firstLeg: fields.integer('firstLeg', ...HEIGHTS),
    secondLeg: fields.integer('secondLeg', ...HEIGHTS),
  };
}

function lockFields(fields: Fields): LockTransaction {
  return {
    txid: fields.only('txid', 'vout', 'feeSat', 'rawTransaction').hexText('txid', 32),
    vout: fields.integer('vout', 0, 0xffff_ffff),
    feeSat: fields.amountSat('feeSat'),
    rawTransaction: fields.bytes('rawTransaction', MOST_BYTES),
  };
}

function spendFields(fields: Fields): SpendTransaction {
  return {
    txid: fields
      .only('txid', 'feeSat', 'feerateSatPerKvb', 'sealedTransaction', 'builtAtHeight')
      .hexText('txid', 32),
    feeSat: fields.amountSat('feeSat'),
    feerateSatPerKvb: fields.amountSat('feerateSatPerKvb'),
    sealedTransaction: fields.bytes('sealedTransaction', MOST_BYTES),
    builtAtHeight: fields.integer('builtAtHeight', ...HEIGHTS),
  };
}

function seenFields(fields: Fields): { readonly txid: string; readonly sighting: Sighting } {
  return { txid: fields.only('txid', 'sighting').hexText('txid', 32), sighting: sightingFields(fields) };
}

function sightingFields(parent: Fields): Sighting {
  const fields = parent.object('sighting').only('blockHash', 'height', 'confirmations');
  return {
    blockHash: fields.hexText('blockHash', 32),
    height: fields.integer('height', ...HEIGHTS),
    confirmations: fields.integer('confirmations', ...HEIGHTS),
  };
}

function checkFields(fields: Fields): RuleCheck {
  return {
    rule: fields.only('rule', 'ok', 'value', 'limit').text('rule', 60) as Rule,
    ok: fields.boolean('ok'),
    value: fields.text('value', 200),
    limit: fields.text('limit', 200),
  };
}

function exactly(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) {
    throw new SwapError('field-malformed', `a secret has ${bytes.length} bytes where ${length} are wanted`, {
      value: `${bytes.length} bytes`,
      limit: `${length} bytes`,
    });
  }
  return bytes;
}
