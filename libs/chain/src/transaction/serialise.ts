import { ByteWriter, compactSizeLength, prefixedLength } from './byte-writer.ts';
import type { Transaction } from './transaction.ts';
import { txidBytes } from './hash-text.ts';

/** Version, input count, output count, lock time. */
const FRAME = 4 + 4;
/** Outpoint and sequence. */
const INPUT_FRAME = 32 + 4 + 4;
/** The zero byte where a count of inputs would be, and the flag byte (BIP144). */
const MARKER_AND_FLAG = 2;

/** The transaction as it is broadcast: with witness (BIP144) when any input has one. */
export function serialise(transaction: Transaction): Uint8Array {
  return write(transaction, hasWitness(transaction));
}

/** The transaction without witness: what its id commits to. */
export function withoutWitness(transaction: Transaction): Uint8Array {
  return write(transaction, false);
}

/** Weight and virtual size (BIP141): bytes without witness count four times. */
export function sizeOf(transaction: Transaction): { readonly weight: number; readonly virtualSize: number } {
  const base = baseLength(transaction);
  const total = base + (hasWitness(transaction) ? witnessLength(transaction) : 0);
  const weight = 3 * base + total;
  return { weight, virtualSize: Math.ceil(weight / 4) };
}

function hasWitness(transaction: Transaction): boolean {
  return transaction.inputs.some((input) => input.witness.length > 0);
}

function baseLength({ inputs, outputs }: Transaction): number {
  let length = FRAME + compactSizeLength(inputs.length) + compactSizeLength(outputs.length);
  for (const input of inputs) length += INPUT_FRAME + prefixedLength(input.scriptSig);
  for (const output of outputs) length += 8 + prefixedLength(output.scriptPubKey);
  return length;
}

function witnessLength({ inputs }: Transaction): number {
  let length = MARKER_AND_FLAG;
  for (const { witness } of inputs) {
    length += compactSizeLength(witness.length);
    for (const item of witness) length += prefixedLength(item);
  }
  return length;
}

function write(transaction: Transaction, witness: boolean): Uint8Array {
  const length = baseLength(transaction) + (witness ? witnessLength(transaction) : 0);
  const writer = new ByteWriter(length);
  writer.uint32(transaction.version);
  if (witness) {
    writer.uint8(0);
    writer.uint8(1);
  }
  writer.compactSize(transaction.inputs.length);
  for (const input of transaction.inputs) {
    writer.raw(txidBytes(input.txid));
    writer.uint32(input.vout);
    writer.prefixed(input.scriptSig);
    writer.uint32(input.sequence);
  }
  writer.compactSize(transaction.outputs.length);
  for (const output of transaction.outputs) {
    writer.uint64(output.amountSat);
    writer.prefixed(output.scriptPubKey);
  }
  if (witness) {
    for (const input of transaction.inputs) {
      writer.compactSize(input.witness.length);
      for (const item of input.witness) writer.prefixed(item);
    }
  }
  writer.uint32(transaction.lockTime);
  return writer.bytes;
}
