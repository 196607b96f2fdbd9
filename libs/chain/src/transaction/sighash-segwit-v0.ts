import { ByteWriter, prefixedLength } from './byte-writer.ts';
import { outpointsBytes, outputsBytes, sequencesBytes } from './commitment.ts';
import { sha256d, txidBytes } from './hash-text.ts';
import {
  outputsOf,
  refuseSighash,
  SIGHASH_ALL,
  SIGHASH_ANYONECANPAY,
  SIGHASH_NONE,
  SIGHASH_SINGLE,
} from './sighash.ts';
import type { Transaction, TransactionOutput } from './transaction.ts';

const HASH_TYPES: ReadonlySet<number> = new Set([0x01, 0x02, 0x03, 0x81, 0x82, 0x83]);
const ZEROES = new Uint8Array(32);
/** Version, three hashes, outpoint, amount, sequence, lock time and hash type. */
const FRAME = 4 + 3 * 32 + 36 + 8 + 4 + 4 + 4;

export interface SegwitV0Spend {
  /** The witness script for P2WSH; `OP_DUP OP_HASH160 … OP_CHECKSIG` for P2WPKH. */
  readonly scriptCode: Uint8Array;
  /** What the input spends. */
  readonly amountSat: bigint;
  /** Default `SIGHASH_ALL`. */
  readonly hashType?: number;
}

/**
 * The 32 bytes that an ECDSA signature of a version 0 witness program signs (BIP143).
 *
 * @throws ChainError `sighash-unsupported` for a hash type beyond BIP143's six or an input that is not there
 */
export function segwitV0Sighash(
  transaction: Transaction,
  inputIndex: number,
  spend: SegwitV0Spend,
): Uint8Array {
  const { inputs, outputs } = transaction;
  const hashType = spend.hashType ?? SIGHASH_ALL;
  if (!HASH_TYPES.has(hashType)) refuseSighash(`hash type ${hashType}`, 'one of BIP143');
  const input = inputs[inputIndex] ?? refuseSighash(`input ${inputIndex}`, `${inputs.length} inputs`);
  const anyoneCanPay = (hashType & SIGHASH_ANYONECANPAY) !== 0;
  const selection = outputsOf(hashType);

  const writer = new ByteWriter(FRAME + prefixedLength(spend.scriptCode));
  writer.uint32(transaction.version);
  writer.raw(anyoneCanPay ? ZEROES : sha256d(outpointsBytes(inputs)));
  writer.raw(anyoneCanPay || selection !== SIGHASH_ALL ? ZEROES : sha256d(sequencesBytes(inputs)));
  writer.raw(txidBytes(input.txid));
  writer.uint32(input.vout);
  writer.prefixed(spend.scriptCode);
  writer.uint64(spend.amountSat);
  writer.uint32(input.sequence);
  writer.raw(hashSelectedOutputs(outputs, selection, inputIndex));
  writer.uint32(transaction.lockTime);
  writer.uint32(hashType);
  return sha256d(writer.bytes);
}

/** BIP143: `SIGHASH_SINGLE` without an output of that index signs zeroes. */
function hashSelectedOutputs(
  outputs: readonly TransactionOutput[],
  selection: number,
  inputIndex: number,
): Uint8Array {
  if (selection === SIGHASH_NONE) return ZEROES;
  const selected = selection === SIGHASH_SINGLE ? outputs.slice(inputIndex, inputIndex + 1) : outputs;
  if (selection === SIGHASH_SINGLE && selected.length === 0) return ZEROES;
  return sha256d(outputsBytes(selected));
}
