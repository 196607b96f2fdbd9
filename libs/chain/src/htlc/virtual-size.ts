import { sizeOf } from '../transaction/serialise.ts';
import { PREIMAGE_LENGTH } from './scripts.ts';
import type { Htlc } from './terms.ts';
import { claimWitness, refundWitness } from './witness.ts';

/** The longest script of a destination that claims and refunds may pay to: P2WSH and P2TR. */
const LONGEST_DESTINATION = new Uint8Array(34);
/** DER with a low S and its hash type: 71 or 72 bytes, seldom fewer. */
const LONGEST_ECDSA_SIGNATURE = new Uint8Array(72);
/** BIP340, hash type left out (`SIGHASH_DEFAULT`). */
const SCHNORR_SIGNATURE = new Uint8Array(64);
const PREIMAGE = new Uint8Array(PREIMAGE_LENGTH);
const TXID = '00'.repeat(32);

/**
 * The most vbytes that a claim of the contract can take: exact for P2TR, at most one vbyte above for P2WSH, whose
 * signatures vary in length.
 *
 * @param destination - the output script it pays to; without it, the longest that is allowed
 */
export function claimVirtualSize(htlc: Htlc, destination: Uint8Array = LONGEST_DESTINATION): number {
  return spendVirtualSize(claimWitness(htlc, longestSignature(htlc), PREIMAGE), destination);
}

/** The most vbytes that a refund of the contract can take; see {@link claimVirtualSize}. */
export function refundVirtualSize(htlc: Htlc, destination: Uint8Array = LONGEST_DESTINATION): number {
  return spendVirtualSize(refundWitness(htlc, longestSignature(htlc)), destination);
}

function longestSignature(htlc: Htlc): Uint8Array {
  return htlc.script === 'p2wsh' ? LONGEST_ECDSA_SIGNATURE : SCHNORR_SIGNATURE;
}

function spendVirtualSize(witness: readonly Uint8Array[], destination: Uint8Array): number {
  return sizeOf({
    version: 2,
    inputs: [{ txid: TXID, vout: 0, scriptSig: new Uint8Array(0), sequence: 0, witness }],
    outputs: [{ amountSat: 0n, scriptPubKey: destination }],
    lockTime: 0,
  }).virtualSize;
}
