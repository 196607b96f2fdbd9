import { sha256, SecretBytes, SigningKey } from '@bitcoin-enterprise/crypto-core';

import {
  blockHeight,
  createHtlc,
  type BlockHeight,
  type Htlc,
  type HtlcTerms,
  type UnixSeconds,
} from '../src/index.ts';

/** A key whose secret is the same byte 32 times over: reproducible, and plainly worthless. */
export function keyOf(byte: number): SigningKey {
  return SigningKey.fromSecret(SecretBytes.takeFrom(new Uint8Array(32).fill(byte)));
}

export const claimKey: SigningKey = keyOf(1);
export const refundKey: SigningKey = keyOf(2);
export const preimage: Uint8Array = new Uint8Array(32).fill(3);

function publicKeyFor(script: HtlcTerms['script'], key: SigningKey): Uint8Array {
  return script === 'p2wsh' ? key.publicKey : key.xOnlyPublicKey;
}

export function termsOf(
  script: HtlcTerms['script'],
  refundLockTime: UnixSeconds | BlockHeight = blockHeight(500),
): HtlcTerms {
  return {
    script,
    paymentHash: sha256(preimage),
    claimPublicKey: publicKeyFor(script, claimKey),
    refundPublicKey: publicKeyFor(script, refundKey),
    refundLockTime,
  };
}

export function htlcOf(script: HtlcTerms['script'], refundLockTime?: UnixSeconds | BlockHeight): Htlc {
  return createHtlc(termsOf(script, refundLockTime));
}
