import type { ChainParameters } from '../network/chain-parameters.ts';
import { ByteReader } from './byte-reader.ts';
import type { Transaction, TransactionInput, TransactionOutput } from './transaction.ts';
import { hashToText } from './hash-text.ts';

/** An input takes at least outpoint, empty script and sequence. */
const LEAST_INPUT_LENGTH = 41;
/** An output takes at least its amount and an empty script. */
const LEAST_OUTPUT_LENGTH = 9;

const WITNESS_FLAG = 1;
/** Litecoin's flag for a transaction that touches the extension block (LIP2). */
const EXTENSION_FLAG = 8;

/** What the bytes of a transaction may hold beyond Bitcoin's format. */
type ExtensionData =
  /** Nothing: Bitcoin. */
  | 'none'
  /** A block's transactions: only the integrating one has the flag, and no data of its own. */
  | 'in-block'
  /** A single transaction: extension data may stand before the lock time, and is passed over. */
  | 'standalone';

/**
 * Takes a transaction apart, with or without witness (BIP144).
 *
 * On a chain with extension blocks the extension data of a transaction is passed over: inputs, outputs and id are
 * those of the base chain.
 *
 * @throws ChainError `transaction-malformed` for anything that a node would not read in exactly this way
 */
export function parseTransaction(rawTransaction: Uint8Array, parameters?: ChainParameters): Transaction {
  const reader = new ByteReader(rawTransaction, 'transaction-malformed');
  const transaction = readTransaction(reader, parameters?.extensionBlocks === true ? 'standalone' : 'none');
  if (reader.remaining > 0) reader.refuse(`${reader.remaining} bytes after the transaction's end`);
  return transaction;
}

/** Reads one transaction from where the reader stands. */
export function readTransaction(reader: ByteReader, extension: ExtensionData): Transaction {
  const version = reader.uint32();
  let flags = 0;
  let inputCount = reader.count(LEAST_INPUT_LENGTH);
  if (inputCount === 0) {
    flags = reader.uint8();
    const known = WITNESS_FLAG | (extension === 'none' ? 0 : EXTENSION_FLAG);
    if (flags === 0 || (flags & ~known) !== 0) reader.refuse(`flags ${flags} of a transaction`);
    inputCount = reader.count(LEAST_INPUT_LENGTH);
  }
  const inputs: Mutable<TransactionInput>[] = [];
  for (let index = 0; index < inputCount; index += 1) inputs.push(readInput(reader));
  const outputs: TransactionOutput[] = [];
  const outputCount = reader.count(LEAST_OUTPUT_LENGTH);
  for (let index = 0; index < outputCount; index += 1) outputs.push(readOutput(reader));
  if ((flags & WITNESS_FLAG) !== 0) {
    for (const input of inputs) input.witness = readWitness(reader);
    if (inputs.every((input) => input.witness.length === 0)) reader.refuse('a witness without any item');
  }
  if ((flags & EXTENSION_FLAG) !== 0) passOverExtension(reader, extension);
  return { version, inputs, outputs, lockTime: reader.uint32() };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function readInput(reader: ByteReader): TransactionInput {
  const txid = hashToText(reader.raw(32));
  const vout = reader.uint32();
  const scriptSig = reader.prefixed();
  return { txid, vout, scriptSig, sequence: reader.uint32(), witness: [] };
}

function readOutput(reader: ByteReader): TransactionOutput {
  return { amountSat: reader.uint64(), scriptPubKey: reader.prefixed() };
}

function readWitness(reader: ByteReader): Uint8Array[] {
  const items: Uint8Array[] = [];
  const count = reader.count(1);
  for (let index = 0; index < count; index += 1) items.push(reader.prefixed());
  return items;
}

/** The data's first byte says whether there is any; its format is its own, so only the end of the bytes ends it. */
function passOverExtension(reader: ByteReader, extension: ExtensionData): void {
  const present = reader.uint8() !== 0;
  if (!present) return;
  if (extension === 'in-block') reader.refuse('extension data outside the extension block');
  reader.skip(Math.max(reader.remaining - 4, 0));
}
