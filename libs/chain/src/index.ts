export { ChainError, isChainError, type ChainErrorCode, type ChainErrorDetail } from './error/chain-error.ts';
export {
  blockHeight,
  isUnixSeconds,
  LOCK_TIME_MAXIMUM,
  LOCK_TIME_THRESHOLD,
  unixSeconds,
  type BlockHeight,
  type UnixSeconds,
} from './locktime/lock-time.ts';
export { secondsForBlocks, type ArrivalOptions } from './locktime/arrival.ts';
export type { ChainName, ChainParameters, NetworkName } from './network/chain-parameters.ts';
export { BITCOIN_MAINNET, BITCOIN_REGTEST, BITCOIN_SIGNET, BITCOIN_TESTNET4 } from './network/bitcoin.ts';
export { LITECOIN_MAINNET, LITECOIN_REGTEST, LITECOIN_TESTNET } from './network/litecoin.ts';
export { parametersFor } from './network/parameters-for.ts';
export { addressOf, scriptPubKeyOf } from './address/address.ts';
export type {
  Outpoint,
  SignedTransaction,
  Transaction,
  TransactionInput,
  TransactionOutput,
} from './transaction/transaction.ts';
export { parseTransaction } from './transaction/parse.ts';
export { serialise, sizeOf } from './transaction/serialise.ts';
export { transactionId } from './transaction/txid.ts';
export { taprootSighash, type TaprootSighashOptions } from './transaction/sighash-taproot.ts';
export { segwitV0Sighash, type SegwitV0Spend } from './transaction/sighash-segwit-v0.ts';
export { controlBlock, tapBranchHash, tapLeafHash, tapOutputKey, type TapOutputKey } from './taproot/tree.ts';
export { dustLimitSat } from './fee/dust.ts';
export { feeSat } from './fee/fee.ts';
export type { Htlc, HtlcLeaf, HtlcTerms, P2trHtlc, P2wshHtlc } from './htlc/terms.ts';
export { createHtlc } from './htlc/htlc.ts';
export { buildClaim, type ClaimRequest } from './htlc/claim.ts';
export { buildRefund, type RefundRequest } from './htlc/refund.ts';
export type { SpendRequest } from './htlc/spend-request.ts';
export { claimVirtualSize, refundVirtualSize } from './htlc/virtual-size.ts';
export { preimageFromWitness } from './htlc/preimage.ts';
export type { RpcAuth } from './rpc/auth.ts';
export {
  createRpcClient,
  type RpcCallOptions,
  type RpcClient,
  type RpcClientOptions,
  type RpcParameter,
} from './rpc/client.ts';
export type {
  BitcoinNode,
  BroadcastOutcome,
  ChainTip,
  FeerateEstimate,
  KnownTransaction,
  UnspentOutput,
} from './node/bitcoin-node.ts';
export { connectBitcoin, type ConnectOptions } from './node/connect.ts';
export type { FundingRequest, FundingTransaction, FundingWallet } from './wallet/funding-wallet.ts';
export { openNodeWallet } from './wallet/node-wallet.ts';
export type { FundingView, OutputView, SpendView } from './watch/output-view.ts';
export type { ChainEvent } from './watch/chain-event.ts';
export { watchScript, type ScriptWatcher, type WatchOptions } from './watch/watch-script.ts';
export {
  HEADER_BYTES,
  parseBlockHeader,
  serialiseBlockHeader,
  type BlockHeader,
} from './headers/block-header.ts';
export { bitsFromTarget, targetFromBits, workOfTarget } from './headers/compact-target.ts';
export { headerRulesFor, type HeaderRules } from './headers/header-rules.ts';
export { nextBits, retarget, type HeaderView, type TimeAndBits } from './headers/next-bits.ts';
export { checkProofOfWork } from './headers/check-header.ts';
export type { HeaderCheckpoint } from './headers/header-checkpoint.ts';
export {
  HeaderChain,
  type AcceptOptions,
  type AcceptOutcome,
  type HeaderTip,
} from './headers/header-chain.ts';
export { merkleRootOf, type MerklePath } from './headers/merkle-path.ts';
export { parseMerkleBlock, type MatchedTransaction, type MerkleBlock } from './headers/merkle-block.ts';
export { checkInclusion, type TransactionInclusion } from './headers/transaction-inclusion.ts';
export { proveInclusion } from './headers/prove-inclusion.ts';
export { readHeaders } from './headers/read-headers.ts';
