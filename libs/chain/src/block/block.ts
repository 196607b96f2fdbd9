import { ChainError } from '../error/chain-error.ts';
import type { ChainParameters } from '../network/chain-parameters.ts';
import { ByteReader } from '../transaction/byte-reader.ts';
import { hashToText, sha256d, txidBytes } from '../transaction/hash-text.ts';
import { readTransaction } from '../transaction/parse.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { transactionId } from '../transaction/txid.ts';

const HEADER_LENGTH = 80;
/** The shortest transaction that can be serialised: version, two counts of nothing, lock time. */
const LEAST_TRANSACTION_LENGTH = 10;

/** What a header says of its place in the chain. */
export interface BlockLink {
  readonly hash: string;
  readonly previousHash: string;
}

/** A transaction as it stands in a block. */
interface BlockTransaction {
  readonly txid: string;
  readonly transaction: Transaction;
  readonly rawTransaction: Uint8Array;
}

/**
 * Reads the header of a block in the form that the network relays.
 *
 * @throws ChainError `block-malformed`
 */
export function readBlockLink(block: Uint8Array): BlockLink {
  if (block.length < HEADER_LENGTH) {
    const value = `${block.length} bytes`;
    const limit = `a header of ${HEADER_LENGTH} bytes`;
    throw new ChainError('block-malformed', `a block of ${value} has no header: ${limit}`, { value, limit });
  }
  const header = block.subarray(0, HEADER_LENGTH);
  return { hash: hashToText(sha256d(header)), previousHash: hashToText(header.subarray(4, 36)) };
}

/**
 * Reads all transactions of a block and proves them against the Merkle root of its header: a transaction that was read
 * in another way than nodes read it is noticed. Litecoin's extension block, which follows the transactions, is passed
 * over (LIP2).
 *
 * @throws ChainError `block-malformed`
 */
export function readBlockTransactions(
  block: Uint8Array,
  parameters: ChainParameters,
): readonly BlockTransaction[] {
  const reader = new ByteReader(block, 'block-malformed');
  reader.skip(HEADER_LENGTH);
  const count = reader.count(LEAST_TRANSACTION_LENGTH);
  const found: BlockTransaction[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = reader.offset;
    const transaction = readTransaction(reader, parameters.extensionBlocks ? 'in-block' : 'none');
    const rawTransaction = reader.since(start);
    found.push({ txid: transactionId(transaction), transaction, rawTransaction });
  }
  if (reader.remaining > 0 && !parameters.extensionBlocks)
    reader.refuse(`${reader.remaining} bytes after the last transaction`);
  checkMerkleRoot(block, found);
  return found;
}

function checkMerkleRoot(block: Uint8Array, transactions: readonly BlockTransaction[]): void {
  const limit = hashToText(block.subarray(36, 68));
  const root = merkleRoot(transactions.map(({ txid }) => txidBytes(txid)));
  const value = root === undefined ? 'no transaction' : hashToText(root);
  if (value === limit) return;
  throw new ChainError(
    'block-malformed',
    `the transactions of a block hash to ${value}, its header says ${limit}`,
    {
      value,
      limit,
    },
  );
}

function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array | undefined {
  let level = leaves;
  while (level.length > 1) {
    const pairs = level;
    level = Array.from({ length: Math.ceil(pairs.length / 2) }, (_, index) => {
      const left = pairs[2 * index] ?? new Uint8Array(0);
      // The last of an odd number is its own partner.
      return sha256d(Buffer.concat([left, pairs[2 * index + 1] ?? left]));
    });
  }
  return level[0];
}
