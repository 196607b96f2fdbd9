import { randomBytes } from 'node:crypto';
import { PieceReader } from '../envelope/piece-reader.ts';
import type { ByteSource } from '../envelope/seal-stream.ts';
import { CryptoError } from '../error.ts';
import { sha256 } from '../hash/sha256.ts';
import { SIGNATURE_LENGTHS, type Signer } from '../signature/signature-algorithm.ts';
import { signatureVerifier } from '../signature/signature-verifier.ts';
import { encodeProvenanceHeader, streamIdOf } from './provenance-header.ts';
import { encodeProvenanceRecord, statementOf } from './provenance-record.ts';

const DEFAULT_BLOCK_LENGTH = 65_536;

export interface WriteProvenanceOptions {
  /** The name of the artefact, 1 to 255 bytes of UTF-8, which whoever verifies must expect. */
  readonly artefact: string;
  readonly signer: Signer;
  /** Of a block, 1 KiB to 16 MiB; 64 KiB unless given. */
  readonly blockLength?: number;
}

/**
 * The provenance file of an artefact, in pieces: a header, then one signed record a block, each as soon as the block is
 * full. The last block is shorter than the others, if need be empty. The artefact is read once and one block of it is held;
 * it is not part of what is given.
 *
 * @throws CryptoError `context-malformed`, `length-out-of-range`; `signature-malformed` where the signer gives what is no
 * signature under its own public key; and what the artefact or the signer throws
 */
export async function* writeProvenance(
  artefact: ByteSource,
  options: WriteProvenanceOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signer, blockLength = DEFAULT_BLOCK_LENGTH } = options;
  const header = encodeProvenanceHeader(signer.algorithm, options.artefact, blockLength, randomBytes(32));
  const streamId = streamIdOf(header, signer.publicKey);
  await using reader = new PieceReader(artefact);
  const isSigned = signatureVerifier(signer.algorithm, signer.publicKey);
  let previous = streamId;
  let length = blockLength;
  yield header.bytes;
  for (let index = 0; length === blockLength; index += 1) {
    const block = await reader.take(blockLength);
    length = block.length;
    const record = { index, length, previous, digest: sha256(block) };
    const statement = statementOf(streamId, record);
    const signature = await signer.signAsync(statement);
    // A signer with the wrong public key is found at the first block instead of by everyone who verifies.
    const isRight = index > 0 || isSigned(signature, statement);
    if (!isRight || signature.length !== SIGNATURE_LENGTHS[signer.algorithm].signature) {
      throw malformed(signer, signature);
    }
    yield encodeProvenanceRecord({ ...record, signature });
    previous = sha256(statement);
  }
}

function malformed(signer: Signer, signature: Uint8Array): CryptoError {
  return new CryptoError('signature-malformed', 'the signer gave no signature under its public key', {
    value: `${signature.length} bytes`,
    limit: `${SIGNATURE_LENGTHS[signer.algorithm].signature} bytes that verify`,
  });
}
