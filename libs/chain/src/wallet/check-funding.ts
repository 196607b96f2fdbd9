import { addressOf } from '../address/address.ts';
import { ChainError } from '../error/chain-error.ts';
import { feeSat } from '../fee/fee.ts';
import type { BitcoinNode } from '../node/bitcoin-node.ts';
import { asFlag, asObject } from '../rpc/answer.ts';
import { outpointKey } from '../transaction/outpoint-key.ts';
import { parseTransaction } from '../transaction/parse.ts';
import { sizeOf } from '../transaction/serialise.ts';
import type { Transaction, TransactionInput, TransactionOutput } from '../transaction/transaction.ts';
import { transactionId } from '../transaction/txid.ts';
import type { FundingRequest, FundingTransaction } from './funding-wallet.ts';
import type { WalletCall } from './wallet-call.ts';

/** Change below a coin selection's threshold goes to the fee instead: more than any wallet's default for it. */
const DROPPED_CHANGE_SAT = 10_000n;

/**
 * Checks what the wallet built and signed: the payment asked for and nothing else but change of its own, inputs that
 * are confirmed and cannot change the id, and a fee within the bound.
 *
 * @throws ChainError `funding-altered`, `funding-malleable`, `funding-unconfirmed`, `fee-above-maximum`,
 *   `transaction-malformed`
 */
export async function checkFunding(
  node: BitcoinNode,
  call: WalletCall,
  request: FundingRequest,
  rawTransaction: Uint8Array,
): Promise<FundingTransaction> {
  // Without the chain's extensions: a payment that touches an extension block is none that we can check.
  const transaction = parseTransaction(rawTransaction);
  const vout = findPayment(transaction, request);
  for (const [index, output] of transaction.outputs.entries())
    if (index !== vout) await checkChange(node, call, output);
  for (const input of transaction.inputs) checkWitness(input);
  const amounts = await Promise.all(transaction.inputs.map((input) => confirmedAmount(node, input)));
  const paid = transaction.outputs.reduce((sum, output) => sum + output.amountSat, 0n);
  const fee = amounts.reduce((sum, amount) => sum + amount, 0n) - paid;
  const { virtualSize } = sizeOf(transaction);
  if (fee < 0n) throw altered(`${String(-fee)} sat more than it has`, 'no more than its inputs');
  checkFee(fee, virtualSize, request);
  return { rawTransaction, txid: transactionId(transaction), vout, feeSat: fee, virtualSize };
}

function findPayment({ outputs }: Transaction, { scriptPubKey, amountSat }: FundingRequest): number {
  const paying = [...outputs.keys()].filter(
    (vout) => Buffer.compare(outputs[vout]?.scriptPubKey ?? new Uint8Array(0), scriptPubKey) === 0,
  );
  const [vout] = paying;
  if (vout !== undefined && paying.length === 1 && outputs[vout]?.amountSat === amountSat) return vout;
  const value = paying.map((index) => `${String(outputs[index]?.amountSat)} sat`).join(' and ');
  throw altered(value === '' ? 'nothing' : value, `${String(amountSat)} sat to the script, once`);
}

async function checkChange(
  node: BitcoinNode,
  call: WalletCall,
  { scriptPubKey }: TransactionOutput,
): Promise<void> {
  const address = addressOf(scriptPubKey, node.parameters);
  const own = await call('getaddressinfo', [address], (answer) =>
    asFlag(asObject(answer, 'the address').ismine, 'ismine'),
  );
  if (!own) throw altered(`an output to ${address}`, "change of the wallet's own");
}

/** Without witness, or with a script beside it, somebody else could give the transaction another id (BIP141). */
function checkWitness(input: TransactionInput): void {
  if (input.witness.length > 0 && input.scriptSig.length === 0) return;
  const value = `input ${outpointKey(input)} is not segwit`;
  const limit = 'segwit inputs only';
  throw new ChainError('funding-malleable', `the id of the funding could change: ${value}`, { value, limit });
}

async function confirmedAmount(node: BitcoinNode, input: TransactionInput): Promise<bigint> {
  const output = await node.unspentOutput(input);
  if (output !== undefined) return output.amountSat;
  const value = `input ${outpointKey(input)} is not confirmed`;
  const limit = 'confirmed inputs only';
  throw new ChainError('funding-unconfirmed', `the funding could vanish with its parent: ${value}`, {
    value,
    limit,
  });
}

function checkFee(fee: bigint, virtualSize: number, { feerateSatPerKvb, maxFeeSat }: FundingRequest): void {
  const maximum = maxFeeSat ?? 2n * feeSat(virtualSize, feerateSatPerKvb) + DROPPED_CHANGE_SAT;
  if (fee <= maximum) return;
  const value = `${String(fee)} sat`;
  const limit = `${String(maximum)} sat`;
  throw new ChainError('fee-above-maximum', `the wallet would pay a fee of ${value}, the limit is ${limit}`, {
    value,
    limit,
  });
}

function altered(value: string, limit: string): ChainError {
  return new ChainError('funding-altered', `the wallet pays ${value} where ${limit} is wanted`, {
    value,
    limit,
  });
}
