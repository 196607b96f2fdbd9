export { ChainError, isChainError, type ChainErrorCode, type ChainErrorDetail } from './error/chain-error.ts';
export type { ChainName, ChainParameters, NetworkName } from './network/chain-parameters.ts';
export { BITCOIN_MAINNET, BITCOIN_REGTEST, BITCOIN_SIGNET, BITCOIN_TESTNET4 } from './network/bitcoin.ts';
export type {
  Outpoint,
  Transaction,
  TransactionInput,
  TransactionOutput,
} from './transaction/transaction.ts';
export { HEADER_BYTES, parseBlockHeader, type BlockHeader } from './headers/block-header.ts';
export { headerRulesFor, type HeaderRules } from './headers/header-rules.ts';
export type { HeaderCheckpoint } from './headers/header-checkpoint.ts';
export {
  HeaderChain,
  type AcceptOptions,
  type AcceptOutcome,
  type HeaderTip,
} from './headers/header-chain.ts';
export { merkleRootOf, type MerklePath } from './headers/merkle-path.ts';
export { checkInclusion, type TransactionInclusion } from './headers/transaction-inclusion.ts';
