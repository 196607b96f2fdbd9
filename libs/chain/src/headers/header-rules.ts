import { ChainError } from '../error/chain-error.ts';
import { BITCOIN_MAINNET, BITCOIN_REGTEST, BITCOIN_SIGNET, BITCOIN_TESTNET4 } from '../network/bitcoin.ts';
import type { ChainParameters } from '../network/chain-parameters.ts';
import { type BlockHeader, serialiseBlockHeader } from './block-header.ts';

/** Blocks between two changes of the difficulty. */
export const RETARGET_INTERVAL = 2_016;
/** Seconds that those blocks should take. */
export const TARGET_TIMESPAN_SECONDS: number = 14 * 24 * 60 * 60;
export const TARGET_SPACING_SECONDS = 600;

/** What a network demands of its headers beyond what all do. Source: Bitcoin Core `src/kernel/chainparams.cpp`. */
export interface HeaderRules {
  /** The 80 bytes of block 0. */
  readonly genesis: Uint8Array;
  /** The easiest target. */
  readonly powLimit: bigint;
  /** Whether the difficulty never changes: regtest. */
  readonly noRetargeting: boolean;
  /** Whether a block twenty minutes after the one before is of the easiest target, between two retargets: test networks. */
  readonly minimumDifficultyBlocks: boolean;
  /**
   * Whether a retarget starts from the target of a period's first block, and that block may be no more than ten minutes
   * behind the one before (BIP94): testnet4.
   */
  readonly bip94: boolean;
  /** From which height blocks of version 1, 2 and 3 are refused (BIP34, BIP66, BIP65). */
  readonly obsoleteFrom: readonly [version1: number, version2: number, version3: number];
}

const GENESIS_MERKLE_ROOT = '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b';
const MAINNET_LIMIT = 2n ** 224n - 1n;

const RULES: ReadonlyMap<string, HeaderRules> = new Map<string, HeaderRules>([
  [
    BITCOIN_MAINNET.genesisHash,
    {
      genesis: genesisOf({ time: 1_231_006_505, bits: 0x1d00_ffff, nonce: 2_083_236_893 }),
      powLimit: MAINNET_LIMIT,
      noRetargeting: false,
      minimumDifficultyBlocks: false,
      bip94: false,
      obsoleteFrom: [227_931, 363_725, 388_381],
    },
  ],
  [
    BITCOIN_TESTNET4.genesisHash,
    {
      genesis: genesisOf({
        merkleRoot: '7aa0a7ae1e223414cb807e40cd57e667b718e42aaf9306db9102fe28912b7b4e',
        time: 1_714_777_860,
        bits: 0x1d00_ffff,
        nonce: 393_743_547,
      }),
      powLimit: MAINNET_LIMIT,
      noRetargeting: false,
      minimumDifficultyBlocks: true,
      bip94: true,
      obsoleteFrom: [1, 1, 1],
    },
  ],
  [
    BITCOIN_SIGNET.genesisHash,
    {
      genesis: genesisOf({ time: 1_598_918_400, bits: 0x1e03_77ae, nonce: 52_613_770 }),
      powLimit: 0x377aen << 216n,
      noRetargeting: false,
      minimumDifficultyBlocks: false,
      bip94: false,
      obsoleteFrom: [1, 1, 1],
    },
  ],
  [
    BITCOIN_REGTEST.genesisHash,
    {
      genesis: genesisOf({ time: 1_296_688_602, bits: 0x207f_ffff, nonce: 2 }),
      powLimit: 2n ** 255n - 1n,
      noRetargeting: true,
      minimumDifficultyBlocks: true,
      bip94: false,
      obsoleteFrom: [1, 1, 1],
    },
  ],
]);

/**
 * The rules of a network's headers. Of signet's blocks the signature (BIP325) is not in the header, and is not checked.
 *
 * @throws ChainError `proof-of-work-unsupported` for a chain whose work is not double SHA-256, such as Litecoin
 */
export function headerRulesFor(parameters: ChainParameters): HeaderRules {
  const rules = RULES.get(parameters.genesisHash);
  if (rules !== undefined) return rules;
  const value = `${parameters.chain}/${parameters.network}`;
  const limit = 'a network of Bitcoin';
  throw new ChainError('proof-of-work-unsupported', `the headers of ${value} cannot be checked: ${limit}`, {
    value,
    limit,
  });
}

function genesisOf(
  fields: Pick<BlockHeader, 'time' | 'bits' | 'nonce'> & Partial<Pick<BlockHeader, 'merkleRoot'>>,
): Uint8Array {
  const previousHash = '00'.repeat(32);
  return serialiseBlockHeader({ version: 1, previousHash, merkleRoot: GENESIS_MERKLE_ROOT, ...fields });
}
