import { hashToText, sha256d } from './hash-text.ts';
import { withoutWitness } from './serialise.ts';
import type { Transaction } from './transaction.ts';

/** The id of a transaction: the double SHA-256 of its form without witness (BIP141), as nodes print it. */
export function transactionId(transaction: Transaction): string {
  return hashToText(sha256d(withoutWitness(transaction)));
}
