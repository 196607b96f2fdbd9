import { ecdsaSignatureToDer } from '@bitcoin-enterprise/crypto-core';

import { ChainError } from '../error/chain-error.ts';
import { dustLimitSat } from '../fee/dust.ts';
import { feeSat } from '../fee/fee.ts';
import { serialise, sizeOf } from '../transaction/serialise.ts';
import { SIGHASH_ALL } from '../transaction/sighash.ts';
import { segwitV0Sighash } from '../transaction/sighash-segwit-v0.ts';
import { taprootSighash } from '../transaction/sighash-taproot.ts';
import type { SignedTransaction, Transaction } from '../transaction/transaction.ts';
import { transactionId } from '../transaction/txid.ts';
import { checkSpend } from './check-spend.ts';
import type { SpendPath, SpendRequest } from './spend-request.ts';

const NO_SCRIPT = new Uint8Array(0);
/** BIP68 takes relative lock times from version 2 on. */
const VERSION = 2;

/**
 * Builds, signs and serialises the transaction of a checked request.
 *
 * @throws ChainError `output-below-dust`
 */
export function signSpend(request: SpendRequest, path: SpendPath): SignedTransaction {
  checkSpend(request, path.branch);
  const { funding, destination } = request;
  const fee = feeSat(path.virtualSize, request.feerateSatPerKvb);
  const output = { amountSat: amountAfter(fee, request), scriptPubKey: destination };
  const input = { txid: funding.txid, vout: funding.vout, scriptSig: NO_SCRIPT, sequence: path.sequence };
  const unsigned: Transaction = {
    version: VERSION,
    inputs: [{ ...input, witness: [] }],
    outputs: [output],
    lockTime: path.lockTime,
  };
  const witness = path.witness(sign(unsigned, request, path.branch));
  const signed: Transaction = { ...unsigned, inputs: [{ ...input, witness }] };
  const { virtualSize } = sizeOf(signed);
  return { rawTransaction: serialise(signed), txid: transactionId(signed), feeSat: fee, virtualSize };
}

function amountAfter(fee: bigint, { funding, destination, parameters }: SpendRequest): bigint {
  const amountSat = funding.amountSat - fee;
  const dust = dustLimitSat(destination, parameters);
  if (amountSat >= dust) return amountSat;
  const value = `${String(funding.amountSat)} sat - ${String(fee)} sat fee = ${String(amountSat)} sat`;
  const limit = `${String(dust)} sat`;
  throw new ChainError('output-below-dust', `${value} is below the dust limit of ${limit}`, { value, limit });
}

function sign(transaction: Transaction, request: SpendRequest, branch: SpendPath['branch']): Uint8Array {
  const { htlc, funding, key } = request;
  if (htlc.script === 'p2wsh') {
    const spend = { scriptCode: htlc.witnessScript, amountSat: funding.amountSat };
    const signature = key.signEcdsa(segwitV0Sighash(transaction, 0, spend));
    return Uint8Array.of(...ecdsaSignatureToDer(signature), SIGHASH_ALL);
  }
  const spent = [{ amountSat: funding.amountSat, scriptPubKey: htlc.scriptPubKey }];
  const { leafHash } = branch === 'claim' ? htlc.claimLeaf : htlc.refundLeaf;
  return key.signSchnorr(taprootSighash(transaction, 0, spent, { leafHash }));
}
