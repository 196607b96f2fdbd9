import { ChainError } from '../error/chain-error.ts';
import { isSafeDestination } from '../script/output-script.ts';
import type { SpendPath, SpendRequest } from './spend-request.ts';

const VOUT_MAXIMUM = 0xffff_ffff;

/**
 * Refuses a claim or refund that could not confirm, or would lose money.
 *
 * @throws ChainError `key-mismatch`, `amount-out-of-range`, `outpoint-malformed`, `destination-nonstandard`,
 *   `feerate-below-minimum`
 */
export function checkSpend(request: SpendRequest, branch: SpendPath['branch']): void {
  checkKey(request, branch);
  const { funding, destination, feerateSatPerKvb, parameters } = request;
  if (funding.amountSat <= 0n || funding.amountSat > parameters.maximumSat) {
    const limit = `1..${String(parameters.maximumSat)} sat`;
    throw refusal('amount-out-of-range', `a funding of ${String(funding.amountSat)} sat`, limit);
  }
  if (!Number.isInteger(funding.vout) || funding.vout < 0 || funding.vout > VOUT_MAXIMUM) {
    throw refusal('outpoint-malformed', `output ${funding.vout}`, `0..${VOUT_MAXIMUM}`);
  }
  if (!isSafeDestination(destination)) {
    const value = `output script ${Buffer.from(destination.subarray(0, 64)).toString('hex')}`;
    throw refusal('destination-nonstandard', value, 'P2PKH, P2SH, P2WPKH, P2WSH or P2TR');
  }
  if (feerateSatPerKvb < parameters.minRelayFeerateSatPerKvb) {
    const limit = `at least ${String(parameters.minRelayFeerateSatPerKvb)} sat a 1,000 vbytes`;
    throw refusal('feerate-below-minimum', `a feerate of ${String(feerateSatPerKvb)}`, limit);
  }
}

function checkKey({ htlc, key }: SpendRequest, branch: SpendPath['branch']): void {
  const given = htlc.script === 'p2wsh' ? key.publicKey : key.xOnlyPublicKey;
  const agreed = branch === 'claim' ? htlc.claimPublicKey : htlc.refundPublicKey;
  if (Buffer.compare(given, agreed) === 0) return;
  const value = `a key with public key ${Buffer.from(given).toString('hex')}`;
  throw refusal('key-mismatch', value, `the ${branch} key ${Buffer.from(agreed).toString('hex')}`);
}

function refusal(code: ChainError['code'], value: string, limit: string): ChainError {
  return new ChainError(code, `${value}: wanted is ${limit}`, { value, limit });
}
