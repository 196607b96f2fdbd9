import type { SigningKey } from '@bitcoin-enterprise/crypto-core';

import type { ChainParameters } from '../network/chain-parameters.ts';
import type { Outpoint } from '../transaction/transaction.ts';
import type { Htlc } from './terms.ts';

/** What a claim and a refund have in common: one input, one output. */
export interface SpendRequest {
  readonly htlc: Htlc;
  /** The output that funds the contract. */
  readonly funding: Outpoint & { readonly amountSat: bigint };
  readonly key: SigningKey;
  /** The output script that the money goes to. */
  readonly destination: Uint8Array;
  readonly feerateSatPerKvb: bigint;
  readonly parameters: ChainParameters;
}

/** In what a claim differs from a refund. */
export interface SpendPath {
  readonly branch: 'claim' | 'refund';
  readonly sequence: number;
  readonly lockTime: number;
  /** The most that the transaction can take: the fee is paid for it. */
  readonly virtualSize: number;
  readonly witness: (signature: Uint8Array) => readonly Uint8Array[];
}
