import { hash } from 'node:crypto';
import {
  HeaderChain,
  parseBlockHeader,
  serialise,
  transactionId,
  type Transaction,
  type TransactionOutput,
} from '@bitcoin-enterprise/chain';
import { anchorScript, writeAnchorFile, type AnchorFile, type AnchorTrust } from '../src/anchor.ts';
import { readCheckpoint } from '../src/index.ts';
import { mineHeaders, REGTEST_RULES } from './anchor-headers.ts';
import { ORIGIN, SIGNER } from './temporary-log.ts';
import { CheckpointIssuer } from '../src/checkpoint/checkpoint.ts';

/** The block with the anchor, and the last one. */
export const HEIGHT = 15;
export const TIP = 30;
export const ROOT = new Uint8Array(32).fill(0x5a);

const INPUT = {
  txid: '11'.repeat(32),
  vout: 1,
  scriptSig: new Uint8Array(0),
  sequence: 0xffff_fffd,
  witness: [],
};
const COINBASE: Transaction = {
  version: 1,
  inputs: [{ ...INPUT, txid: '00'.repeat(32), vout: 0xffff_ffff, scriptSig: Uint8Array.of(1, HEIGHT) }],
  outputs: [{ amountSat: 5_000_000_000n, scriptPubKey: Uint8Array.of(0x51) }],
  lockTime: 0,
};

export async function signedCheckpoint(size = 12, origin = ORIGIN, signer = SIGNER): Promise<string> {
  return (await CheckpointIssuer.of(origin, signer)).issue(size, ROOT);
}

/** A transaction that commits to a checkpoint, and whatever outputs it should have beside. */
export function anchoring(checkpoint: string, beside: readonly TransactionOutput[] = []): Transaction {
  const [text = ''] = checkpoint.split('\n\n');
  const statement = readCheckpoint(`${text}\n`);
  if (statement === undefined) throw new Error('that is no checkpoint');
  const output = { amountSat: 0n, scriptPubKey: anchorScript(statement) };
  return { version: 2, inputs: [INPUT], outputs: [output, ...beside], lockTime: HEIGHT - 1 };
}

const wire = (id: string): Uint8Array => Uint8Array.from(Buffer.from(id, 'hex').reverse());
const sha256d = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from(hash('sha256', hash('sha256', bytes, 'buffer'), 'buffer'));

/** An anchor in a chain that is mined for it, of a block of two transactions. */
export function anchorIn(checkpoint: string, transaction: Transaction, tip = TIP): AnchorFile {
  const [first, second] = [wire(transactionId(COINBASE)), wire(transactionId(transaction))];
  const root = Buffer.from(sha256d(Buffer.concat([first, second])))
    .reverse()
    .toString('hex');
  return {
    genesisHash: parseBlockHeader(REGTEST_RULES.genesis).hash,
    checkpoint,
    inclusion: {
      rawTransaction: serialise(transaction),
      path: { index: 1, siblings: [first] },
      coinbase: serialise(COINBASE),
      coinbasePath: { index: 0, siblings: [second] },
    },
    height: HEIGHT,
    firstHeight: 1,
    headers: mineHeaders(tip, REGTEST_RULES.genesis, new Map([[HEIGHT - 1, root]])),
  };
}

export const trustIn = (chain = HeaderChain.fromGenesis(REGTEST_RULES)): AnchorTrust => ({
  origin: ORIGIN,
  publicKey: SIGNER.publicKey,
  chain,
});

/** A whole anchor that verifies. */
export async function goodAnchor(): Promise<{ file: AnchorFile; bytes: Uint8Array; checkpoint: string }> {
  const checkpoint = await signedCheckpoint();
  const file = anchorIn(checkpoint, anchoring(checkpoint));
  return { file, bytes: writeAnchorFile(file), checkpoint };
}
