import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import {
  Ed25519SigningKey,
  type ProvenanceTrust,
  SecretBytes,
  verifyProvenance,
  writeProvenance,
} from '@bitcoin-enterprise/crypto-core';
import type { Bench, Prepared } from '../bench.ts';

const BLOCK_LENGTH = 65_536;
const BLOCKS = 64;
const ARTEFACT = 'bench';

/** An artefact that arrives in blocks, and its provenance. */
interface Setting {
  readonly blocks: readonly Uint8Array[];
  readonly provenance: readonly Uint8Array[];
  readonly signer: Ed25519SigningKey;
  readonly trust: ProvenanceTrust;
}

async function setting(): Promise<Setting> {
  const blocks = Array.from({ length: BLOCKS }, () => new Uint8Array(randomBytes(BLOCK_LENGTH)));
  const signer = Ed25519SigningKey.fromSeed(SecretBytes.random(32));
  const provenance: Uint8Array[] = [];
  for await (const piece of writeProvenance(blocks, { artefact: ARTEFACT, signer })) provenance.push(piece);
  return {
    blocks,
    provenance,
    signer,
    trust: { artefact: ARTEFACT, algorithm: signer.algorithm, publicKey: signer.publicKey },
  };
}

async function drain(pieces: AsyncIterable<unknown>, expected: number): Promise<void> {
  let count = 0;
  for await (const piece of pieces) count += Number(piece !== undefined);
  if (count !== expected) throw new Error(`${String(count)} pieces instead of ${String(expected)}`);
}

/** What no provenance of single blocks can do without: one hash and one signature a block, by `node:crypto` alone. */
const keys = generateKeyPairSync('ed25519');

function digestOf(block: Uint8Array): Uint8Array {
  return createHash('sha256').update(block).digest();
}

async function writing(): Promise<Prepared> {
  const { blocks, signer } = await setting();
  return {
    // A header, a record a block, and the record of the empty last block.
    ours: () => drain(writeProvenance(blocks, { artefact: ARTEFACT, signer }), BLOCKS + 2),
    peer: () => {
      for (const block of blocks) sign(null, digestOf(block), keys.privateKey);
    },
  };
}

async function verifying(): Promise<Prepared> {
  const { blocks, provenance, trust } = await setting();
  const signatures = blocks.map((block) => sign(null, digestOf(block), keys.privateKey));
  return {
    ours: () => drain(verifyProvenance(blocks, provenance, trust), BLOCKS + 1),
    peer: () => {
      for (const [index, block] of blocks.entries()) {
        const signature = signatures[index] ?? new Uint8Array();
        if (!verify(null, digestOf(block), keys.publicKey, signature)) throw new Error('it does not verify');
      }
    },
  };
}

const units = { peer: `node:crypto@${process.version}`, unitsOurs: BLOCKS, unitsPeer: BLOCKS };

/** An operation is one block of 64 KiB. A goal of 0.5 is at most twice the time of the bare hash and signature. */
export const benches: readonly Bench[] = [
  { name: 'provenance-write', goal: 0.5, ...units, prepare: writing },
  { name: 'provenance-verify', goal: 0.5, ...units, prepare: verifying },
];
