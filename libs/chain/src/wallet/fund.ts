import { ChainError } from '../error/chain-error.ts';
import { dustLimitSat } from '../fee/dust.ts';
import type { BitcoinNode } from '../node/bitcoin-node.ts';
import { asBytes, asFlag, asObject, coinsText } from '../rpc/answer.ts';
import { parseTransaction } from '../transaction/parse.ts';
import { serialise } from '../transaction/serialise.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { checkFunding } from './check-funding.ts';
import type { FundingRequest, FundingTransaction } from './funding-wallet.ts';
import { unlockInputs } from './input-locks.ts';
import type { WalletCall } from './wallet-call.ts';

/** Has the wallet add inputs and change and sign, then checks what came back: see `FundingWallet.fund`. */
export async function fund(
  node: BitcoinNode,
  call: WalletCall,
  request: FundingRequest,
): Promise<FundingTransaction> {
  const { scriptPubKey, amountSat } = request;
  checkAmount(node, request);
  const { height } = await node.tip();
  // Serialised here rather than by the node: not every node can write every script's address.
  const outline: Transaction = {
    version: 2,
    inputs: [],
    outputs: [{ amountSat, scriptPubKey }],
    lockTime: height,
  };
  const funded = await call(
    'fundrawtransaction',
    [hex(serialise(outline)), options(request), false],
    readHex,
  );
  try {
    const signed = await sign(call, funded);
    return await checkFunding(node, call, request, signed);
  } catch (error) {
    // Nobody will broadcast it: its inputs must not stay locked.
    await unlockInputs(call, parseTransaction(funded, node.parameters).inputs);
    throw error;
  }
}

function options({ feerateSatPerKvb }: FundingRequest): Readonly<Record<string, string | boolean>> {
  // `feeRate` in coins a 1,000 vbytes is the one form that all nodes know. The change's place is left to chance.
  return {
    feeRate: coinsText(feerateSatPerKvb),
    lockUnspents: true,
    replaceable: true,
    change_type: 'bech32',
  };
}

function checkAmount(
  { parameters }: BitcoinNode,
  { amountSat, scriptPubKey, feerateSatPerKvb }: FundingRequest,
): void {
  const dust = dustLimitSat(scriptPubKey, parameters);
  if (amountSat < dust) throw refusal('output-below-dust', `${String(amountSat)} sat`, `${String(dust)} sat`);
  if (amountSat > parameters.maximumSat) {
    throw refusal('amount-out-of-range', `${String(amountSat)} sat`, `${String(parameters.maximumSat)} sat`);
  }
  const floor = parameters.minRelayFeerateSatPerKvb;
  if (feerateSatPerKvb < floor) {
    throw refusal('feerate-below-minimum', `${String(feerateSatPerKvb)} sat a 1,000 vbytes`, String(floor));
  }
}

async function sign(call: WalletCall, funded: Uint8Array): Promise<Uint8Array> {
  const { complete, rawTransaction } = await call('signrawtransactionwithwallet', [hex(funded)], (answer) => {
    const fields = asObject(answer, 'the signed transaction');
    return { complete: asFlag(fields.complete, 'complete'), rawTransaction: asBytes(fields.hex, 'hex') };
  });
  if (!complete)
    throw refusal('wallet-cannot-sign', 'a transaction with missing signatures', 'all inputs signed');
  return rawTransaction;
}

function readHex(answer: unknown): Uint8Array {
  return asBytes(asObject(answer, 'the funded transaction').hex, 'hex');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function refusal(code: ChainError['code'], value: string, limit: string): ChainError {
  return new ChainError(code, `cannot fund: ${value} against a limit of ${limit}`, { value, limit });
}
