import { PieceReader } from '../envelope/piece-reader.ts';
import type { ByteSource } from '../envelope/seal-stream.ts';
import { CryptoError } from '../error.ts';
import { sha256 } from '../hash/sha256.ts';
import { constantTimeEqual } from '../secret/constant-time.ts';
import type { SignatureAlgorithm } from '../signature/signature-algorithm.ts';
import { signatureVerifier } from '../signature/signature-verifier.ts';
import {
  MAX_PROVENANCE_HEADER_LENGTH,
  parseProvenanceHeader,
  type ProvenanceHeader,
  streamIdOf,
} from './provenance-header.ts';
import { parseProvenanceRecord, statementOf } from './provenance-record.ts';
import { provenanceRefused } from './provenance-refused.ts';

/** What must be known beforehand, from a source that is trusted. */
export interface ProvenanceTrust {
  /** The name of the artefact that is expected. */
  readonly artefact: string;
  /** Of the signer; no other is taken, whatever the file says. */
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
}

/** A block whose content, place and signature are verified. */
export interface ProvenBlock {
  /** From 0. */
  readonly index: number;
  /** Where it starts in the artefact, in bytes. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Whether the artefact ends here. */
  readonly isFinal: boolean;
  /** What the record of the next block must hold. */
  readonly link: Uint8Array;
}

/**
 * Gives the blocks of an artefact one by one, each only after its record has verified, also while both are still being
 * written. Whoever has not come to the end has not the whole artefact: it is whole where the generator ends without an
 * error.
 *
 * @throws CryptoError `provenance-refused`, whose value is `header` or the block such as `block 7`: anything changed,
 * dropped, put elsewhere, doubled, cut off or added; and what the artefact or the provenance throws
 */
export async function* verifyProvenance(
  artefact: ByteSource,
  provenance: ByteSource,
  trust: ProvenanceTrust,
): AsyncGenerator<ProvenBlock, void, undefined> {
  await using content = new PieceReader(artefact);
  await using file = new PieceReader(provenance);
  const header = await readHeader(file);
  const verify = blockVerifier(header, trust);
  let previous: Uint8Array | undefined;
  let isFinal = false;
  for (let index = 0; !isFinal; index += 1) {
    const record = new Uint8Array(await file.take(header.recordLength));
    const { length } = parseProvenanceRecord(record, header, index);
    // A copy, so that what was verified is what is given, whatever becomes of the memory that it arrived in. (`slice` of a
    // Buffer would be none.)
    const block = verify(record, index, new Uint8Array(await content.take(length)), previous);
    ({ link: previous, isFinal } = block);
    if (isFinal) await checkEnd(content, file, index);
    yield block;
  }
}

/**
 * Verifies one block by itself: its content, its place in the stream that the header starts, and its signature. It needs
 * neither the blocks before it nor those behind it, and says nothing of them.
 *
 * @param header the first {@link MAX_PROVENANCE_HEADER_LENGTH} bytes of the provenance file, or all of it
 * @param record of the block: {@link ProvenanceHeader.recordLength} bytes of the provenance file
 * @param index of the block that is wanted, from 0
 * @throws CryptoError `provenance-refused`, whose value is `header` or the block such as `block 7`
 */
export function verifyProvenanceBlock(
  header: Uint8Array,
  record: Uint8Array,
  index: number,
  block: Uint8Array,
  trust: ProvenanceTrust,
): ProvenBlock {
  return blockVerifier(parseProvenanceHeader(header), trust)(record, index, block, undefined);
}

type BlockVerifier = (
  record: Uint8Array,
  index: number,
  block: Uint8Array,
  previous: Uint8Array | undefined,
) => ProvenBlock;

function blockVerifier(header: ProvenanceHeader, trust: ProvenanceTrust): BlockVerifier {
  if (header.artefact !== trust.artefact)
    throw refusedHeader(`the artefact ${JSON.stringify(trust.artefact)}`);
  if (header.algorithm !== trust.algorithm) throw refusedHeader(`the algorithm ${trust.algorithm}`);
  const streamId = streamIdOf(header, trust.publicKey);
  const isSigned = signatureVerifier(trust.algorithm, trust.publicKey);
  return (bytes, index, block, previous) => {
    const record = parseProvenanceRecord(bytes, header, index);
    const refused = (limit: string): CryptoError => provenanceRefused(`block ${index}`, limit);
    const expected = index === 0 ? streamId : previous;
    if (block.length !== record.length) throw refused(`${record.length} bytes of the artefact`);
    if (!constantTimeEqual(sha256(block), record.digest)) throw refused('the bytes that were signed');
    if (expected !== undefined && !constantTimeEqual(expected, record.previous)) {
      throw refused('a link to the block before');
    }
    const statement = statementOf(streamId, record);
    if (!isSigned(record.signature, statement)) throw refused('a signature of the trusted key');
    return {
      index,
      offset: index * header.blockLength,
      bytes: block,
      isFinal: record.length < header.blockLength,
      link: sha256(statement),
    };
  };
}

/** A header has the length that it says; the records behind it stay in the reader. */
async function readHeader(file: PieceReader): Promise<ProvenanceHeader> {
  const fixed = new Uint8Array(await file.take(MAX_PROVENANCE_HEADER_LENGTH - 255));
  const name = await file.take(fixed.at(-1) ?? 0);
  return parseProvenanceHeader(Uint8Array.of(...fixed, ...name));
}

async function checkEnd(content: PieceReader, file: PieceReader, index: number): Promise<void> {
  const next = `block ${index + 1}`;
  if ((await file.take(1)).length > 0) throw provenanceRefused(next, 'the end of the provenance file');
  if ((await content.take(1)).length > 0) throw provenanceRefused(next, 'the end of the artefact');
}

function refusedHeader(limit: string): CryptoError {
  return provenanceRefused('header', limit);
}
