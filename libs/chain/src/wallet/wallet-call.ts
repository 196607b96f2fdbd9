import { ChainError, isChainError } from '../error/chain-error.ts';
import type { RpcClient, RpcParameter } from '../rpc/client.ts';

// Source: Bitcoin Core, src/rpc/protocol.h.
const WALLET_ERROR = -4;
const WALLET_INSUFFICIENT_FUNDS = -6;
const WALLET_UNLOCK_NEEDED = -13;
const WALLET_NOT_FOUND = -18;

/** What nodes say under the catch-all number -4 when coins are missing, with and without the fee. */
const INSUFFICIENT = /insufficient funds|exceeds your balance/i;

/** Calls a method on one wallet. */
export type WalletCall = <T>(
  method: string,
  parameters: readonly RpcParameter[],
  parse: (answer: unknown) => T,
) => Promise<T>;

/** Calls on one wallet, with the refusals that a caller can act on under codes of their own. */
export function walletCall(rpc: RpcClient, name: string): WalletCall {
  return async (method, parameters, parse) => {
    try {
      return await rpc.call(method, parameters, parse, { wallet: name });
    } catch (error) {
      throw isChainError(error) && error.code === 'rpc-refused' ? translated(error, name) : error;
    }
  };
}

function translated(error: ChainError, name: string): ChainError {
  const reason = error.value ?? '';
  const detail = { value: reason, rpcCode: error.rpcCode, cause: error };
  const { rpcCode } = error;
  if (rpcCode === WALLET_NOT_FOUND) {
    return new ChainError('wallet-missing', `the node has no wallet ${name} loaded`, {
      ...detail,
      value: name,
    });
  }
  if (rpcCode === WALLET_UNLOCK_NEEDED) {
    return new ChainError('wallet-locked', `the wallet ${name} is locked by its passphrase`, {
      ...detail,
      value: name,
    });
  }
  if (rpcCode === WALLET_INSUFFICIENT_FUNDS || (rpcCode === WALLET_ERROR && INSUFFICIENT.test(reason))) {
    return new ChainError('funds-insufficient', `the wallet ${name} cannot pay: ${reason}`, detail);
  }
  return error;
}
