import { txidBytes } from '../transaction/hash-text.ts';
import { outpointKey } from '../transaction/outpoint-key.ts';
import type { Outpoint, Transaction } from '../transaction/transaction.ts';

/** An output that pays to the watched script, wherever it stands. */
export interface MatchedOutput extends Outpoint {
  readonly amountSat: bigint;
}

/** An input that spends a watched output. */
export interface MatchedSpend {
  readonly outpoint: Outpoint;
  readonly txid: string;
  readonly witness: readonly Uint8Array[];
  readonly rawTransaction: Uint8Array;
}

/**
 * Whether raw bytes may pay to the script or spend one of the outpoints. Neither can happen without the script, or the
 * outpoint's 32-byte id, standing in the bytes as they are: what does not match need not be parsed, and no format that
 * is not understood can hide a payment.
 */
export function mayConcern(
  raw: Uint8Array,
  scriptPubKey: Uint8Array,
  outpoints: Iterable<Outpoint>,
): boolean {
  const bytes = asBuffer(raw);
  if (bytes.includes(asBuffer(scriptPubKey))) return true;
  for (const { txid } of outpoints) if (bytes.includes(asBuffer(txidBytes(txid)))) return true;
  return false;
}

/** The outputs of a transaction that pay to the script. */
export function outputsTo(
  scriptPubKey: Uint8Array,
  txid: string,
  transaction: Transaction,
): readonly MatchedOutput[] {
  return transaction.outputs.flatMap((output, vout) =>
    Buffer.compare(output.scriptPubKey, scriptPubKey) === 0
      ? [{ txid, vout, amountSat: output.amountSat }]
      : [],
  );
}

/** The inputs of a transaction that spend one of the outpoints. */
export function spendsOf(
  isWatched: (key: string) => boolean,
  txid: string,
  transaction: Transaction,
  rawTransaction: Uint8Array,
): readonly MatchedSpend[] {
  return transaction.inputs.flatMap((input) => {
    const outpoint = { txid: input.txid, vout: input.vout };
    return isWatched(outpointKey(outpoint))
      ? [{ outpoint, txid, witness: input.witness, rawTransaction }]
      : [];
  });
}

/** A view, not a copy: only a Buffer can search for bytes. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
