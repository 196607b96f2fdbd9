import { scriptPubKeyOf } from '../address/address.ts';
import { ChainError, isChainError } from '../error/chain-error.ts';
import type { BitcoinNode } from '../node/bitcoin-node.ts';
import { asObject, asSat, asText } from '../rpc/answer.ts';
import { parseTransaction } from '../transaction/parse.ts';
import type { Outpoint } from '../transaction/transaction.ts';
import { fund } from './fund.ts';
import type { FundingWallet } from './funding-wallet.ts';
import { unlockAllBut, unlockInputs } from './input-locks.ts';
import { walletCall } from './wallet-call.ts';

/**
 * Opens a wallet that a node holds, and has the node load it where it has not.
 *
 * @param name - as the node lists it
 * @throws ChainError `wallet-missing`, and what `RpcClient.call` throws
 */
export async function openNodeWallet(node: BitcoinNode, name: string): Promise<FundingWallet> {
  const call = walletCall(node.rpc, name);
  const inputsOf = (rawTransaction: Uint8Array): readonly Outpoint[] =>
    parseTransaction(rawTransaction, node.parameters).inputs;
  await call('getwalletinfo', [], () => undefined).catch((error: unknown) => load(node, name, error));
  return {
    newAddress: async () => {
      const address = await call('getnewaddress', ['', 'bech32'], (answer) => asText(answer, 'the address'));
      // Refused here rather than paid to: an address that stands for no script of this network.
      scriptPubKeyOf(address, node.parameters);
      return address;
    },
    balanceSat: () =>
      call('getbalances', [], (answer) => {
        const { mine } = asObject(answer, 'the balances');
        return asSat(asObject(mine, 'mine').trusted, 'trusted');
      }),
    fund: (request) => fund(node, call, request),
    release: (rawTransaction) => unlockInputs(call, inputsOf(rawTransaction)),
    releaseAllBut: (kept) => unlockAllBut(call, kept.flatMap(inputsOf)),
  };
}

async function load(node: BitcoinNode, name: string, missing: unknown): Promise<void> {
  if (!isChainError(missing) || missing.code !== 'wallet-missing') throw missing;
  try {
    await node.rpc.call('loadwallet', [name], () => undefined);
  } catch (cause) {
    if (!isChainError(cause) || cause.code !== 'rpc-refused') throw cause;
    throw new ChainError('wallet-missing', `the node has no wallet ${name}: ${cause.message}`, {
      value: name,
      cause,
    });
  }
}
