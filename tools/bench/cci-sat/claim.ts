import { randomBytes } from 'node:crypto';
import {
  BITCOIN_MAINNET,
  blockHeight,
  buildClaim,
  type ClaimRequest,
  createHtlc,
  parseTransaction,
  tapBranchHash,
  tapLeafHash,
  tapOutputKey,
  taprootSighash,
} from '@bitcoin-enterprise/chain';
import { SecretBytes, sha256, SigningKey, verifySchnorr } from '@bitcoin-enterprise/crypto-core';
import type { Bench, Prepared } from '../bench.ts';
import { opponent } from '../opponent.ts';

/** The opponent is not a dependency of the suite: the runner installs it first. */
export const needsOpponents = true;

interface Leaf {
  readonly output: Uint8Array;
  readonly version: number;
}

interface SwapTree {
  readonly tree: unknown;
  readonly claimLeaf: Leaf;
  readonly refundLeaf: Leaf;
}

/** What is used of boltz-core 4.0.1. */
interface BoltzCore {
  readonly OutputType: { readonly Taproot: number };
  reverseSwapTree(
    isLiquid: boolean,
    preimageHash: Uint8Array,
    claimPublicKey: Uint8Array,
    refundPublicKey: Uint8Array,
    timeoutBlockHeight: number,
  ): SwapTree;
  constructClaimTransaction(
    outputs: readonly object[],
    destinationScript: Uint8Array,
    fee: bigint,
  ): { readonly id: string; toBytes(withScriptSig: boolean, withWitness: boolean): Uint8Array };
}

/** What a side builds: the bytes to broadcast and the id to journal them under. */
interface Claim {
  readonly rawTransaction: Uint8Array;
  readonly txid: string;
}

interface Spent {
  readonly scriptPubKey: Uint8Array;
  readonly leafHash: Uint8Array;
}

const AMOUNT_SAT = 1_000_000n;
const TIMEOUT = 900_000;
const CLAIMS = 20;

/**
 * Both sides spend one Taproot output by script path, with a signature and a preimage of 32 bytes whose length the leaf
 * checks, to one P2WPKH output: signed, serialised and with its id. The contract is agreed on and derived before.
 */
async function prepare(): Promise<Prepared> {
  const secret = new Uint8Array(randomBytes(32));
  const key = SigningKey.fromSecret(SecretBytes.copyOf(secret));
  const refundKey = SigningKey.generate();
  const preimage = new Uint8Array(randomBytes(32));
  const funding = { txid: randomBytes(32).toString('hex'), vout: 1, amountSat: AMOUNT_SAT };
  const destination = Uint8Array.of(0, 20, ...randomBytes(20));

  const htlc = createHtlc({
    script: 'p2tr',
    paymentHash: sha256(preimage),
    claimPublicKey: key.xOnlyPublicKey,
    refundPublicKey: refundKey.xOnlyPublicKey,
    refundLockTime: blockHeight(TIMEOUT),
  });
  if (htlc.script !== 'p2tr') throw new Error('the contract is not on Taproot');
  const request: ClaimRequest = {
    htlc,
    funding,
    preimage,
    key,
    destination,
    feerateSatPerKvb: 5_000n,
    parameters: BITCOIN_MAINNET,
  };
  const ours = (): Claim => buildClaim(request);
  const { scriptPubKey } = htlc;
  check(ours(), { scriptPubKey, leafHash: htlc.claimLeaf.leafHash }, key.xOnlyPublicKey);

  const boltz = (await opponent('boltz-core')) as BoltzCore;
  const internalKey = SigningKey.generate().xOnlyPublicKey;
  const tree = boltz.reverseSwapTree(false, sha256(preimage), key.publicKey, refundKey.publicKey, TIMEOUT);
  const claimHash = tapLeafHash(tree.claimLeaf.output, tree.claimLeaf.version);
  const root = tapBranchHash(claimHash, tapLeafHash(tree.refundLeaf.output, tree.refundLeaf.version));
  const peerScript = Uint8Array.of(0x51, 32, ...tapOutputKey(internalKey, root).xOnlyPublicKey);
  const peerOutput = {
    type: boltz.OutputType.Taproot,
    cooperative: false,
    transactionId: funding.txid,
    vout: funding.vout,
    script: peerScript,
    amount: AMOUNT_SAT,
    privateKey: secret,
    preimage,
    swapTree: tree,
    internalKey,
  };
  const peer = (): Claim => {
    const transaction = boltz.constructClaimTransaction([peerOutput], destination, 700n);
    return { rawTransaction: transaction.toBytes(true, true), txid: transaction.id };
  };
  check(peer(), { scriptPubKey: peerScript, leafHash: claimHash }, key.xOnlyPublicKey);

  return { ours: repeat(ours), peer: repeat(peer) };
}

function repeat(build: () => Claim): () => void {
  return () => {
    for (let count = 0; count < CLAIMS; count += 1) build();
  };
}

/** Neither side may be timed for less than a claim that verifies. */
function check({ rawTransaction }: Claim, { scriptPubKey, leafHash }: Spent, publicKey: Uint8Array): void {
  const transaction = parseTransaction(rawTransaction);
  const [signature, preimage] = transaction.inputs[0]?.witness ?? [];
  const digest = taprootSighash(transaction, 0, [{ amountSat: AMOUNT_SAT, scriptPubKey }], { leafHash });
  const complete =
    transaction.inputs.length === 1 &&
    transaction.inputs[0]?.witness.length === 4 &&
    transaction.outputs.length === 1 &&
    preimage?.length === 32 &&
    signature !== undefined;
  if (!complete || !verifySchnorr(signature, digest, publicKey)) throw new Error('a claim does not verify');
}

export const benches: readonly Bench[] = [
  { name: 'claim', goal: 4, peer: 'boltz-core@4.0.1', unitsOurs: CLAIMS, unitsPeer: CLAIMS, prepare },
];
