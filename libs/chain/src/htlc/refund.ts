import type { SignedTransaction } from '../transaction/transaction.ts';
import { signSpend } from './spend.ts';
import type { SpendRequest } from './spend-request.ts';
import { refundVirtualSize } from './virtual-size.ts';
import { refundWitness } from './witness.ts';

/** What a refund is built from. */
export type RefundRequest = SpendRequest;

/** The highest sequence that keeps `nLockTime` in force and signals that the refund may be replaced (BIP65, BIP125). */
const REFUND_SEQUENCE = 0xffff_fffd;

/**
 * Builds and signs the transaction that takes the money back. Its `nLockTime` is the contract's lock time: nodes refuse
 * it until the median time past, or the height, has passed it.
 *
 * @throws ChainError `key-mismatch`, `output-below-dust`, `feerate-below-minimum`, `amount-out-of-range`,
 *   `outpoint-malformed`, `transaction-id-malformed`, `destination-nonstandard`
 */
export function buildRefund(request: RefundRequest): SignedTransaction {
  const { htlc, destination } = request;
  return signSpend(request, {
    branch: 'refund',
    sequence: REFUND_SEQUENCE,
    lockTime: htlc.refundLockTime,
    virtualSize: refundVirtualSize(htlc, destination),
    witness: (signature) => refundWitness(htlc, signature),
  });
}
