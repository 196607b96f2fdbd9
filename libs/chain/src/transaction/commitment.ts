import { ByteWriter, prefixedLength } from './byte-writer.ts';
import { txidBytes } from './hash-text.ts';
import type { Outpoint, TransactionInput, TransactionOutput } from './transaction.ts';

// What signature hashes commit to of many inputs and outputs at once: BIP143 hashes these bytes twice, BIP341 once.

/** All outpoints, one after the other. */
export function outpointsBytes(outpoints: readonly Outpoint[]): Uint8Array {
  const writer = new ByteWriter(36 * outpoints.length);
  for (const { txid, vout } of outpoints) {
    writer.raw(txidBytes(txid));
    writer.uint32(vout);
  }
  return writer.bytes;
}

/** All sequence numbers, one after the other. */
export function sequencesBytes(inputs: readonly TransactionInput[]): Uint8Array {
  const writer = new ByteWriter(4 * inputs.length);
  for (const { sequence } of inputs) writer.uint32(sequence);
  return writer.bytes;
}

/** All outputs, serialised one after the other. */
export function outputsBytes(outputs: readonly TransactionOutput[]): Uint8Array {
  const length = outputs.reduce((sum, { scriptPubKey }) => sum + 8 + prefixedLength(scriptPubKey), 0);
  const writer = new ByteWriter(length);
  for (const { amountSat, scriptPubKey } of outputs) {
    writer.uint64(amountSat);
    writer.prefixed(scriptPubKey);
  }
  return writer.bytes;
}

/** All amounts, one after the other. */
export function amountsBytes(outputs: readonly TransactionOutput[]): Uint8Array {
  const writer = new ByteWriter(8 * outputs.length);
  for (const { amountSat } of outputs) writer.uint64(amountSat);
  return writer.bytes;
}

/** All scripts with their lengths, one after the other. */
export function scriptsBytes(outputs: readonly TransactionOutput[]): Uint8Array {
  const writer = new ByteWriter(
    outputs.reduce((sum, { scriptPubKey }) => sum + prefixedLength(scriptPubKey), 0),
  );
  for (const { scriptPubKey } of outputs) writer.prefixed(scriptPubKey);
  return writer.bytes;
}
