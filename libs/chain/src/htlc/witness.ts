import { CLAIM_SELECTOR, REFUND_SELECTOR } from './scripts.ts';
import type { Htlc } from './terms.ts';

/** The witness of a claim. */
export function claimWitness(htlc: Htlc, signature: Uint8Array, preimage: Uint8Array): readonly Uint8Array[] {
  return htlc.script === 'p2wsh'
    ? [signature, preimage, CLAIM_SELECTOR, htlc.witnessScript]
    : [signature, preimage, htlc.claimLeaf.script, htlc.claimLeaf.controlBlock];
}

/** The witness of a refund. */
export function refundWitness(htlc: Htlc, signature: Uint8Array): readonly Uint8Array[] {
  return htlc.script === 'p2wsh'
    ? [signature, REFUND_SELECTOR, htlc.witnessScript]
    : [signature, htlc.refundLeaf.script, htlc.refundLeaf.controlBlock];
}
