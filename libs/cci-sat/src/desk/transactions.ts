import {
  buildClaim,
  buildRefund,
  parametersFor,
  scriptPubKeyOf,
  type SignedTransaction,
} from '@bitcoin-enterprise/chain';
import type { Keystore } from '@bitcoin-enterprise/crypto-core';
import type { LockTransaction, SpendTransaction } from '../swap/event.ts';
import type { SwapState } from '../swap/state.ts';
import { htlcOf, type Leg, ownLeg, peerLeg } from '../swap/terms.ts';
import type { LegView } from '../swap/view.ts';
import { accessFor, type Chains } from './chain-access.ts';
import { sealContext, swapKey, swapPreimage } from './swap-keys.ts';

/** Signs the funding of our lock; it is not broadcast before it is in the journal. */
export async function signLock(chains: Chains, state: SwapState, view: LegView): Promise<LockTransaction> {
  const leg = ownLeg(state.terms, state.role);
  const { txid, vout, feeSat, rawTransaction } = await accessFor(chains, leg).wallet.fund({
    scriptPubKey: htlcOf(state.terms, leg).scriptPubKey,
    amountSat: leg.amountSat,
    feerateSatPerKvb: view.feerateSatPerKvb,
  });
  return { txid, vout, feeSat, rawTransaction };
}

/** Signs the claim of the peer's lock, to a fresh address of our wallet. */
export async function signClaim(o: SpendRequest): Promise<SpendTransaction> {
  const { state, keys } = o;
  const { peerLock, terms, preimage } = state;
  if (peerLock === undefined) throw new TypeError('there is no lock to claim');
  const leg = peerLeg(terms, state.role);
  const spend = await spendOf(o, leg, peerLock);
  using key = swapKey(keys, terms.id, 'claim');
  // Nothing mines it below the tip that it was built on: there is nothing to gain from reorganising for its fee.
  const request = { ...spend, key, lockTime: o.view.tip.height };
  if (preimage !== undefined) return sealed(o, buildClaim({ ...request, preimage }));
  using secret = swapPreimage(keys, terms.id);
  return sealed(
    o,
    secret.expose((bytes) => buildClaim({ ...request, preimage: bytes })),
  );
}

/** Signs the refund of our own lock, to a fresh address of our wallet. */
export async function signRefund(o: SpendRequest): Promise<SpendTransaction> {
  const { state, keys } = o;
  if (state.lock === undefined) throw new TypeError('there is no lock to take back');
  const leg = ownLeg(state.terms, state.role);
  const spend = await spendOf(o, leg, state.lock);
  using key = swapKey(keys, state.terms.id, 'refund');
  return sealed(o, buildRefund({ ...spend, key }));
}

/** The transaction that the journal holds sealed, for broadcasting. */
export function openTransaction(keys: Keystore, state: SwapState, spend: SpendTransaction): Uint8Array {
  using opened = keys.open(spend.sealedTransaction, { context: sealContext(state.terms.id) });
  return opened.expose((bytes) => bytes.slice());
}

/** What a claim or a refund is built from. */
export interface SpendRequest {
  readonly chains: Chains;
  readonly keys: Keystore;
  readonly state: SwapState;
  /** The leg that is spent. */
  readonly view: LegView;
  readonly feerateSatPerKvb: bigint;
}

type SpendParts = Omit<Parameters<typeof buildRefund>[0], 'key'>;

async function spendOf(
  { chains, state, feerateSatPerKvb }: SpendRequest,
  leg: Leg,
  outpoint: { readonly txid: string; readonly vout: number },
): Promise<SpendParts> {
  const parameters = parametersFor(leg.chain, leg.network);
  const address = await accessFor(chains, leg).wallet.newAddress();
  return {
    htlc: htlcOf(state.terms, leg),
    funding: { txid: outpoint.txid, vout: outpoint.vout, amountSat: leg.amountSat },
    destination: scriptPubKeyOf(address, parameters),
    feerateSatPerKvb,
    parameters,
  };
}

function sealed(
  { keys, state, view, feerateSatPerKvb }: SpendRequest,
  transaction: SignedTransaction,
): SpendTransaction {
  return {
    txid: transaction.txid,
    feeSat: transaction.feeSat,
    feerateSatPerKvb,
    sealedTransaction: keys.seal(transaction.rawTransaction, { context: sealContext(state.terms.id) }),
    builtAtHeight: view.tip.height,
  };
}
