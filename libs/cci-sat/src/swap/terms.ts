import {
  createHtlc,
  type ChainParameters,
  type Htlc,
  parametersFor,
  type UnixSeconds,
  unixSeconds,
} from '@bitcoin-enterprise/chain';
import { isCompressedPublicKey, toHex } from '@bitcoin-enterprise/crypto-core';
import { SwapError } from '../error.ts';
import type { Fields } from '../message/fields.ts';

/**
 * The initiator knows the secret, locks first on the first leg and claims the second leg. The responder locks second,
 * learns the secret from the initiator's claim and claims the first leg with it.
 */
export type Role = 'initiator' | 'responder';

/** How both legs are locked: one witness script (BIP141) or two Taproot leaves (BIP341). */
export type LockScript = 'p2wsh' | 'p2tr';

/** Coins locked on one chain until they are claimed with the secret, or go back after the time lock. */
export interface Leg {
  readonly chain: ChainParameters['chain'];
  readonly network: ChainParameters['network'];
  /** What the HTLC output holds, in the chain's smallest unit (satoshi, litoshi). */
  readonly amountSat: bigint;
  /** 33 bytes, compressed; Taproot uses its x-coordinate. */
  readonly claimPublicKey: Uint8Array;
  /** 33 bytes, compressed; Taproot uses its x-coordinate. */
  readonly refundPublicKey: Uint8Array;
  /** Absolute, compared with the chain's median-time-past (BIP65, BIP113), so that two chains share one clock. */
  readonly refundLockTime: UnixSeconds;
}

/** All that both parties agreed on; every script follows from it. */
export interface SwapTerms {
  /** 16 random bytes, as hex. */
  readonly id: string;
  /** SHA-256 of the 32-byte secret. */
  readonly paymentHash: Uint8Array;
  readonly script: LockScript;
  /** BIP340 keys of the two parties, 32 bytes. */
  readonly initiator: Uint8Array;
  readonly responder: Uint8Array;
  readonly firstLeg: Leg;
  readonly secondLeg: Leg;
}

/** The leg that this party locks. */
export function ownLeg(terms: SwapTerms, role: Role): Leg {
  return role === 'initiator' ? terms.firstLeg : terms.secondLeg;
}

/** The leg that the peer locks, and this party claims. */
export function peerLeg(terms: SwapTerms, role: Role): Leg {
  return role === 'initiator' ? terms.secondLeg : terms.firstLeg;
}

/** A leg's HTLC, built here from the terms: no script is ever taken from a counterparty. */
export function htlcOf(terms: SwapTerms, leg: Leg): Htlc {
  const key = (publicKey: Uint8Array): Uint8Array =>
    terms.script === 'p2tr' ? publicKey.subarray(1) : publicKey;
  return createHtlc({
    script: terms.script,
    paymentHash: terms.paymentHash,
    claimPublicKey: key(leg.claimPublicKey),
    refundPublicKey: key(leg.refundPublicKey),
    refundLockTime: leg.refundLockTime,
  });
}

/** Parses a compressed public key, which must be a point of the curve. */
export function publicKeyField(fields: Fields, name: string): Uint8Array {
  const bytes = fields.hex(name, 33);
  if (!isCompressedPublicKey(bytes)) {
    throw new SwapError('field-malformed', `${name} is not a point of secp256k1`, {
      value: toHex(bytes),
      limit: 'BIP340 / SEC 1',
    });
  }
  return bytes;
}

/** What a proposal says of a leg before both keys are known. */
export type LegOffer = Omit<Leg, 'claimPublicKey' | 'refundPublicKey'>;

/** Parses the part of a leg that the proposal fixes. A block height where a time belongs is refused (BIP65's 500,000,000). */
export function legOfferFields(fields: Fields): LegOffer {
  const chain = fields.choice('chain', ['bitcoin', 'litecoin']);
  const network = fields.choice('network', ['mainnet', 'testnet', 'signet', 'regtest']);
  parametersFor(chain, network);
  return {
    chain,
    network,
    amountSat: fields.amountSat('amountSat'),
    refundLockTime: unixSeconds(fields.integer('refundLockTime', 0, 0xffff_ffff)),
  };
}

/** The wire and journal form of {@link LegOffer}. */
export function encodeLegOffer(leg: LegOffer): Readonly<Record<string, string | number>> {
  return {
    chain: leg.chain,
    network: leg.network,
    amountSat: leg.amountSat.toString(),
    refundLockTime: leg.refundLockTime,
  };
}

/** Parses whole terms, as the journal holds them. */
export function parseTerms(fields: Fields): SwapTerms {
  fields.only('id', 'paymentHash', 'script', 'initiator', 'responder', 'firstLeg', 'secondLeg');
  return {
    id: fields.hexText('id', 16),
    paymentHash: fields.hex('paymentHash', 32),
    script: fields.choice('script', ['p2wsh', 'p2tr']),
    initiator: fields.hex('initiator', 32),
    responder: fields.hex('responder', 32),
    firstLeg: legFields(fields.object('firstLeg')),
    secondLeg: legFields(fields.object('secondLeg')),
  };
}

/** The journal form of {@link SwapTerms}: text and numbers only, so that an examiner reads it without this library. */
export function encodeTerms(
  terms: SwapTerms,
): Readonly<Record<string, string | Readonly<Record<string, string | number>>>> {
  return {
    id: terms.id,
    paymentHash: toHex(terms.paymentHash),
    script: terms.script,
    initiator: toHex(terms.initiator),
    responder: toHex(terms.responder),
    firstLeg: encodeLeg(terms.firstLeg),
    secondLeg: encodeLeg(terms.secondLeg),
  };
}

function legFields(fields: Fields): Leg {
  fields.only('chain', 'network', 'amountSat', 'refundLockTime', 'claimPublicKey', 'refundPublicKey');
  return {
    ...legOfferFields(fields),
    claimPublicKey: publicKeyField(fields, 'claimPublicKey'),
    refundPublicKey: publicKeyField(fields, 'refundPublicKey'),
  };
}

function encodeLeg(leg: Leg): Readonly<Record<string, string | number>> {
  return {
    ...encodeLegOffer(leg),
    claimPublicKey: toHex(leg.claimPublicKey),
    refundPublicKey: toHex(leg.refundPublicKey),
  };
}
