import { sha256 } from '@bitcoin-enterprise/crypto-core';

import { PREIMAGE_LENGTH } from './scripts.ts';

/**
 * Finds the preimage that a claim made public. Every item of the witness is tried and hashed: where it stands is the
 * claiming party's choice as long as a script lets it be, and only the hash proves it.
 *
 * @returns a copy of the 32 bytes, or undefined when the witness reveals none
 */
export function preimageFromWitness(
  witness: readonly Uint8Array[],
  paymentHash: Uint8Array,
): Uint8Array | undefined {
  const found = witness.find((item) => item.length === PREIMAGE_LENGTH && opens(item, paymentHash));
  return found?.slice();
}

/** Whether a preimage hashes to a payment hash. */
export function opens(preimage: Uint8Array, paymentHash: Uint8Array): boolean {
  return Buffer.compare(sha256(preimage), paymentHash) === 0;
}
