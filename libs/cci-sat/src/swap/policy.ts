import type { ChainParameters } from '@bitcoin-enterprise/chain';

/** What a desk demands of one chain. */
export interface ChainPolicy {
  /** Blocks, its own included, that make a transaction final for the amounts that this desk swaps. */
  readonly confirmations: number;
  /** Blocks in which a claim or a refund, bumped on the way, is expected to confirm. */
  readonly claimBlocks: number;
  /** The most that a claim or a refund may pay, in satoshis a thousand virtual bytes. */
  readonly worstFeerateSatPerKvb: bigint;
  /** The most that one swap may put at risk on this chain. */
  readonly largestSat: bigint;
}

/** The limits that a desk holds every swap to. */
export interface SwapPolicy {
  /** The probability, a swap, that blocks come so slowly that a time margin is not enough. */
  readonly lossProbability: number;
  /** The longest that own coins may be locked. */
  readonly longestLockSeconds: number;
  /** A claim or a refund that is unconfirmed after so many blocks is replaced by one that pays more (BIP125). */
  readonly bumpAfterBlocks: number;
  readonly chains: Readonly<Record<ChainParameters['chain'], ChainPolicy>>;
}

/** Sensible for amounts up to a few coins; raise `confirmations` with the value. */
export const DEFAULT_SWAP_POLICY: SwapPolicy = {
  lossProbability: 1e-6,
  longestLockSeconds: 4 * 24 * 3600,
  bumpAfterBlocks: 2,
  chains: {
    bitcoin: {
      confirmations: 3,
      claimBlocks: 6,
      worstFeerateSatPerKvb: 500_000n,
      largestSat: 1_000_000_000n,
    },
    litecoin: {
      confirmations: 12,
      claimBlocks: 24,
      worstFeerateSatPerKvb: 500_000n,
      largestSat: 100_000_000_000n,
    },
  },
};
