import {
  Ed25519SigningKey,
  type ProvenanceTrust,
  SecretBytes,
  type Signer,
  verifyProvenance,
  writeProvenance,
} from '@bitcoin-enterprise/crypto-core';

export const BLOCK_LENGTH = 1_024;
/** Index, length, previous, digest, signature of Ed25519. */
export const RECORD_LENGTH = 140;

export const signer: Signer = Ed25519SigningKey.fromSeed(SecretBytes.takeFrom(new Uint8Array(32).fill(3)));

export const trust: ProvenanceTrust = {
  artefact: 'firmware 1.0',
  algorithm: 'Ed25519',
  publicKey: signer.publicKey,
};

/** Bytes that are different in every block. */
export function artefactOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

/** The whole provenance file of bytes that are at hand. */
export async function provenanceOf(
  artefact: Uint8Array,
  options: { readonly signer?: Signer; readonly artefact?: string; readonly blockLength?: number } = {},
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const all = { artefact: trust.artefact, signer, blockLength: BLOCK_LENGTH, ...options };
  for await (const piece of writeProvenance([artefact], all)) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

/** Everything that verifies, as one array. */
export async function verified(
  artefact: Uint8Array,
  provenance: Uint8Array,
  trusted: ProvenanceTrust = trust,
): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const { bytes } of verifyProvenance([artefact], [provenance], trusted)) blocks.push(bytes);
  return new Uint8Array(Buffer.concat(blocks));
}

/** A provenance file taken apart: its header and its records. */
export function partsOf(provenance: Uint8Array): {
  readonly header: Uint8Array;
  readonly records: Uint8Array[];
} {
  const headerLength = 43 + Buffer.byteLength(trust.artefact);
  const header = provenance.slice(0, headerLength);
  const records: Uint8Array[] = [];
  for (let at = headerLength; at < provenance.length; at += RECORD_LENGTH) {
    records.push(provenance.slice(at, at + RECORD_LENGTH));
  }
  return { header, records };
}
