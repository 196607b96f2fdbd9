import { hash } from 'node:crypto';

import { ByteWriter, prefixedLength } from './byte-writer.ts';
import { amountsBytes, outpointsBytes, outputsBytes, scriptsBytes, sequencesBytes } from './commitment.ts';
import { txidBytes } from './hash-text.ts';
import {
  outputsOf,
  refuseSighash,
  SIGHASH_ALL,
  SIGHASH_ANYONECANPAY,
  SIGHASH_DEFAULT,
  SIGHASH_NONE,
  SIGHASH_SINGLE,
} from './sighash.ts';
import type { Transaction, TransactionOutput } from './transaction.ts';

const HASH_TYPES: ReadonlySet<number> = new Set([0x00, 0x01, 0x02, 0x03, 0x81, 0x82, 0x83]);
const EPOCH = 0x00;
const KEY_VERSION = 0x00;
/** No OP_CODESEPARATOR was executed: scripts here have none. */
const NO_CODE_SEPARATOR = 0xffff_ffff;

const TAG = hash('sha256', 'TapSighash', 'buffer');

function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

export interface TaprootSighashOptions {
  /** Default `SIGHASH_DEFAULT`. */
  readonly hashType?: number;
  /** The leaf that is executed, for a spend by script path (BIP342); absent for a spend by key path. */
  readonly leafHash?: Uint8Array;
}

/**
 * The 32 bytes that a BIP340 signature of a Taproot input signs (BIP341 "Common signature message", BIP342
 * extension), without annex.
 *
 * @param spent - the outputs that the inputs spend, in the inputs' order
 * @throws ChainError `sighash-unsupported` for an unknown hash type, an input that is not there, a missing output for
 *   `SIGHASH_SINGLE`, or spent outputs that do not match the inputs in number
 */
export function taprootSighash(
  transaction: Transaction,
  inputIndex: number,
  spent: readonly TransactionOutput[],
  options: TaprootSighashOptions = {},
): Uint8Array {
  const { inputs, outputs } = transaction;
  const hashType = options.hashType ?? SIGHASH_DEFAULT;
  if (!HASH_TYPES.has(hashType)) refuseSighash(`hash type ${hashType}`, 'one of BIP341');
  const input = inputs[inputIndex];
  const spentOutput = spent[inputIndex];
  if (input === undefined || spentOutput === undefined || spent.length !== inputs.length) {
    return refuseSighash(`input ${inputIndex} with ${spent.length} spent outputs`, `${inputs.length} inputs`);
  }
  const anyoneCanPay = (hashType & SIGHASH_ANYONECANPAY) !== 0;
  const selection = hashType === SIGHASH_DEFAULT ? SIGHASH_ALL : outputsOf(hashType);

  const writer = new ByteWriter(messageLength(anyoneCanPay, selection, spentOutput, options.leafHash));
  writer.raw(TAG);
  writer.raw(TAG);
  writer.uint8(EPOCH);
  writer.uint8(hashType);
  writer.uint32(transaction.version);
  writer.uint32(transaction.lockTime);
  if (!anyoneCanPay) {
    writer.raw(sha256(outpointsBytes(inputs)));
    writer.raw(sha256(amountsBytes(spent)));
    writer.raw(sha256(scriptsBytes(spent)));
    writer.raw(sha256(sequencesBytes(inputs)));
  }
  if (selection === SIGHASH_ALL) writer.raw(sha256(outputsBytes(outputs)));
  writer.uint8(options.leafHash === undefined ? 0 : 2);
  if (anyoneCanPay) {
    writer.raw(txidBytes(input.txid));
    writer.uint32(input.vout);
    writer.uint64(spentOutput.amountSat);
    writer.prefixed(spentOutput.scriptPubKey);
    writer.uint32(input.sequence);
  } else {
    writer.uint32(inputIndex);
  }
  if (selection === SIGHASH_SINGLE) writer.raw(sha256(outputsBytes([outputFor(outputs, inputIndex)])));
  if (options.leafHash !== undefined) {
    writer.raw(options.leafHash);
    writer.uint8(KEY_VERSION);
    writer.uint32(NO_CODE_SEPARATOR);
  }
  return sha256(writer.bytes);
}

function messageLength(
  anyoneCanPay: boolean,
  selection: number,
  spentOutput: TransactionOutput,
  leafHash: Uint8Array | undefined,
): number {
  const whole = anyoneCanPay ? 36 + 8 + prefixedLength(spentOutput.scriptPubKey) + 4 : 4 * 32 + 4;
  return (
    64 + 2 + 8 + whole + 1 + (selection === SIGHASH_NONE ? 0 : 32) + (leafHash === undefined ? 0 : 32 + 5)
  );
}

function outputFor(outputs: readonly TransactionOutput[], inputIndex: number): TransactionOutput {
  const output = outputs[inputIndex];
  return output ?? refuseSighash(`SIGHASH_SINGLE for input ${inputIndex}`, `${outputs.length} outputs`);
}
