import { ChainError } from '../error/chain-error.ts';
import { blockHeight } from '../locktime/lock-time.ts';
import type { SignedTransaction } from '../transaction/transaction.ts';
import { opens } from './preimage.ts';
import { CLAIM_SEQUENCE, PREIMAGE_LENGTH } from './scripts.ts';
import { signSpend } from './spend.ts';
import type { SpendRequest } from './spend-request.ts';
import { claimVirtualSize } from './virtual-size.ts';
import { claimWitness } from './witness.ts';

export interface ClaimRequest extends SpendRequest {
  /** The 32 bytes that hash to the payment hash. Public as soon as the transaction is broadcast. */
  readonly preimage: Uint8Array;
  /** Height of the tip: no block below it takes the claim, which takes the reward out of reorganising for its fee. Default 0. */
  readonly lockTime?: number;
}

/**
 * Builds and signs the transaction that takes the money with the preimage. It can confirm from the block after the
 * funding's on (`1 OP_CHECKSEQUENCEVERIFY`), and signals that it may be replaced (BIP125).
 *
 * @throws ChainError `preimage-length`, `preimage-mismatch`, `key-mismatch`, `output-below-dust`,
 *   `feerate-below-minimum`, `amount-out-of-range`, `outpoint-malformed`, `transaction-id-malformed`,
 *   `destination-nonstandard`, `lock-time-unit`
 */
export function buildClaim(request: ClaimRequest): SignedTransaction {
  const { htlc, preimage, destination } = request;
  if (preimage.length !== PREIMAGE_LENGTH) {
    const value = `${preimage.length} bytes`;
    const limit = `${PREIMAGE_LENGTH} bytes`;
    throw new ChainError('preimage-length', `a preimage of ${value}: ${limit} are wanted`, { value, limit });
  }
  if (!opens(preimage, htlc.paymentHash)) {
    const limit = `SHA-256 ${Buffer.from(htlc.paymentHash).toString('hex')}`;
    throw new ChainError('preimage-mismatch', `the preimage does not open the payment hash: ${limit}`, {
      limit,
    });
  }
  return signSpend(request, {
    branch: 'claim',
    sequence: CLAIM_SEQUENCE,
    lockTime: blockHeight(request.lockTime ?? 0),
    virtualSize: claimVirtualSize(htlc, destination),
    witness: (signature) => claimWitness(htlc, signature, preimage),
  });
}
