/** The chains that this package speaks to. */
export type ChainName = 'bitcoin' | 'litecoin';

/** Which of a chain's networks. Bitcoin's `testnet` is testnet4 (BIP94). */
export type NetworkName = 'mainnet' | 'testnet' | 'signet' | 'regtest';

/** What tells one network from another, and the relay policy its nodes start with. */
export interface ChainParameters {
  readonly chain: ChainName;
  readonly network: NetworkName;
  /** Hash of block 0 as nodes print it, 64 lower-case hex digits. */
  readonly genesisHash: string;
  /** Human-readable part of segwit addresses (BIP173). */
  readonly bech32Prefix: string;
  /** Version byte of P2PKH addresses. */
  readonly publicKeyHashVersion: number;
  /** Version byte of P2SH addresses. */
  readonly scriptHashVersion: number;
  /** Mean seconds between blocks that the difficulty aims at. */
  readonly targetSpacingSeconds: number;
  /** `-dustrelayfee` as nodes ship it, in satoshis a 1,000 vbytes. */
  readonly dustRelayFeerateSatPerKvb: bigint;
  /** The lowest feerate that nodes relay by default, in satoshis a 1,000 vbytes. */
  readonly minRelayFeerateSatPerKvb: bigint;
  /**
   * Whether nodes, as they ship, take a transaction in place of one that pays less (BIP125). Litecoin Core does only with
   * `-mempoolreplacement`: there a claim pays enough at once, or is paid for by a child.
   */
  readonly takesReplacements: boolean;
  /** All the coins that can ever exist, in satoshis: `MAX_MONEY`. */
  readonly maximumSat: bigint;
  /** Whether blocks may carry MimbleWimble extension data (Litecoin's LIP2 and LIP3). */
  readonly extensionBlocks: boolean;
}
