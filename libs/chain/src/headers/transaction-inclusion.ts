import { ChainError } from '../error/chain-error.ts';
import { parseTransaction } from '../transaction/parse.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { transactionId } from '../transaction/txid.ts';
import { merkleRootOf, type MerklePath } from './merkle-path.ts';

/** What proves that a transaction is in a block, with nothing but the block's header. */
export interface TransactionInclusion {
  /** Without witness, which its id does not cover. */
  readonly rawTransaction: Uint8Array;
  readonly path: MerklePath;
  /** The block's first transaction, without witness. */
  readonly coinbase: Uint8Array;
  readonly coinbasePath: MerklePath;
}

/** As long as two hashes: such a transaction can pass for a node of the tree, and a node for it (CVE-2017-12842). */
const NODE_BYTES = 64;
const NULL_TXID = '00'.repeat(32);
const NULL_VOUT = 0xffff_ffff;

/**
 * Checks that a transaction is in the block of that Merkle root, and gives the transaction. The coinbase shows how deep
 * the tree is, so that nothing that lies deeper or higher passes for a transaction.
 *
 * @param merkleRoot - as nodes print it
 * @throws ChainError `transaction-malformed` for a transaction with witness or of 64 bytes, `merkle-proof-malformed`
 */
export function checkInclusion(merkleRoot: string, inclusion: TransactionInclusion): Transaction {
  const { rawTransaction, path, coinbase, coinbasePath } = inclusion;
  const transaction = readLeaf(rawTransaction);
  const first = readLeaf(coinbase);
  if (!isCoinbase(first)) refuse('a first transaction that spends', 'a coinbase');
  if (coinbasePath.index !== 0) refuse(`a coinbase at ${coinbasePath.index}`, 'the first place');
  const [depth, limit] = [path.siblings.length, coinbasePath.siblings.length];
  if (depth !== limit) refuse(`a path of ${depth} levels`, `${limit}, as many as the coinbase's`);
  for (const [leaf, way] of [
    [first, coinbasePath],
    [transaction, path],
  ] as const) {
    const root = merkleRootOf(transactionId(leaf), way);
    if (root !== merkleRoot) refuse(`a path to ${root}`, `a path to ${merkleRoot}`);
  }
  return transaction;
}

function readLeaf(rawTransaction: Uint8Array): Transaction {
  const transaction = parseTransaction(rawTransaction);
  const hasWitness = transaction.inputs.some(({ witness }) => witness.length > 0);
  if (!hasWitness && rawTransaction.length !== NODE_BYTES) return transaction;
  const value = hasWitness ? 'a transaction with witness' : `a transaction of ${NODE_BYTES} bytes`;
  const limit = `no witness, and another length than ${NODE_BYTES} bytes`;
  throw new ChainError('transaction-malformed', `${value} proves nothing: ${limit}`, { value, limit });
}

function isCoinbase({ inputs }: Transaction): boolean {
  const [input] = inputs;
  return inputs.length === 1 && input?.txid === NULL_TXID && input.vout === NULL_VOUT;
}

function refuse(value: string, limit: string): never {
  throw new ChainError('merkle-proof-malformed', `a proof of inclusion has ${value}: ${limit} is wanted`, {
    value,
    limit,
  });
}
