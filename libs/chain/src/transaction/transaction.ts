/** Where an output is: the transaction that made it and its place there. */
export interface Outpoint {
  /** Transaction id as nodes print it: 64 lower-case hex digits, the hash's bytes reversed. */
  readonly txid: string;
  readonly vout: number;
}

export interface TransactionInput extends Outpoint {
  readonly scriptSig: Uint8Array;
  readonly sequence: number;
  /** Empty for an input without witness. */
  readonly witness: readonly Uint8Array[];
}

export interface TransactionOutput {
  readonly amountSat: bigint;
  readonly scriptPubKey: Uint8Array;
}

/** A transaction taken apart. */
export interface Transaction {
  /** Unsigned 32 bits. */
  readonly version: number;
  readonly inputs: readonly TransactionInput[];
  readonly outputs: readonly TransactionOutput[];
  /** Unsigned 32 bits: `nLockTime`. */
  readonly lockTime: number;
}

/** A transaction ready to be broadcast. */
export interface SignedTransaction {
  /** BIP144 serialisation, with witness. */
  readonly rawTransaction: Uint8Array;
  readonly txid: string;
  readonly feeSat: bigint;
  /** Its size as fees count it (BIP141): a quarter of its weight, rounded up. */
  readonly virtualSize: number;
}
