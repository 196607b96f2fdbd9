import { readAttestation, writeAttestation, type OtsAttestation } from './ots-attestation.ts';
import {
  MAX_MESSAGE_BYTES,
  MAX_OPERATED_BYTES,
  MAX_OPERATIONS,
  MAX_PROOF_BYTES,
  MAX_TIMESTAMP_DEPTH,
} from './ots-limits.ts';
import { applyOperation, operationTag, readOperation, type OtsOperation } from './ots-operation.ts';
import { malformedTimestamp, OtsReader } from './ots-reader.ts';
import { OtsWriter } from './ots-writer.ts';

/** A message and what leads from it to attestations: a tree whose leaves are attestations. */
export interface OtsTimestamp {
  /** 1 to 4,096 bytes. */
  readonly message: Uint8Array;
  /** One at least, in the order of the bytes. */
  readonly branches: readonly OtsBranch[];
}

export type OtsBranch =
  | { readonly attestation: OtsAttestation }
  /** `timestamp.message` is what the operation makes of the message before. */
  | { readonly operation: OtsOperation; readonly timestamp: OtsTimestamp };

/** An attestation, and the message that it is of. */
export interface AttestedMessage {
  readonly message: Uint8Array;
  readonly attestation: OtsAttestation;
}

const ATTESTATION = 0x00;
/** Says that another branch of the same message follows this one. */
const FORK = 0xff;

/**
 * Reads the timestamp of a message, such as a calendar answers with, and computes all its messages.
 *
 * @param message 1 to 4,096 bytes
 * @throws LogError `timestamp-malformed` for anything that {@link writeTimestamp} does not write in the same bytes, and
 * beyond 256 KiB, 255 operations in a row, 4,096 altogether, or operations on 1 MiB
 */
export function readTimestamp(message: Uint8Array, bytes: Uint8Array): OtsTimestamp {
  const reader = new OtsReader(bytes);
  const timestamp = readTimestampFrom(reader, message);
  reader.end();
  return timestamp;
}

/** Reads a timestamp from where the reader stands. */
export function readTimestampFrom(reader: OtsReader, message: Uint8Array): OtsTimestamp {
  if (reader.remaining > MAX_PROOF_BYTES) {
    reader.refuse(`${reader.remaining} bytes`, `at most ${MAX_PROOF_BYTES} bytes`);
  }
  if (message.length < 1 || message.length > MAX_MESSAGE_BYTES) {
    reader.refuse(`a message of ${message.length} bytes`, `1 to ${MAX_MESSAGE_BYTES} bytes`);
  }
  return new TreeReader(reader).node(Uint8Array.from(message), 1);
}

/**
 * The bytes of a timestamp, without its message.
 *
 * @throws LogError `timestamp-malformed` for one that {@link readTimestamp} would refuse
 */
export function writeTimestamp(timestamp: OtsTimestamp): Uint8Array {
  const writer = new OtsWriter();
  writeNode(writer, timestamp, 1);
  const bytes = writer.finish();
  // Whoever builds a timestamp can break any limit: what nobody could read is not written.
  readTimestamp(timestamp.message, bytes);
  return bytes;
}

/** All attestations, in the order of the bytes. */
export function* attestationsOf(timestamp: OtsTimestamp): Iterable<AttestedMessage> {
  for (const branch of timestamp.branches) {
    if ('attestation' in branch) yield { message: timestamp.message, attestation: branch.attestation };
    else yield* attestationsOf(branch.timestamp);
  }
}

/** What a branch begins with: a whole attestation, or an operation without what follows it. */
export function branchHead(branch: OtsBranch): Uint8Array {
  const writer = new OtsWriter();
  if ('attestation' in branch) {
    writer.uint8(ATTESTATION);
    writeAttestation(writer, branch.attestation);
  } else {
    const { operation } = branch;
    writer.uint8(operationTag(operation.kind));
    if ('argument' in operation) writer.varbytes(operation.argument);
  }
  return writer.finish();
}

class TreeReader {
  readonly #reader: OtsReader;
  #operations = 0;
  #operatedBytes = 0;

  constructor(reader: OtsReader) {
    this.#reader = reader;
  }

  node(message: Uint8Array, depth: number): OtsTimestamp {
    const reader = this.#reader;
    if (depth > MAX_TIMESTAMP_DEPTH) reader.refuse('a deeper tree', `at most ${MAX_TIMESTAMP_DEPTH} levels`);
    const branches: OtsBranch[] = [];
    let tag = reader.uint8();
    while (tag === FORK) {
      branches.push(this.#branch(reader.uint8(), message, depth));
      tag = reader.uint8();
    }
    branches.push(this.#branch(tag, message, depth));
    return { message, branches };
  }

  #branch(tag: number, message: Uint8Array, depth: number): OtsBranch {
    if (tag === ATTESTATION) return { attestation: readAttestation(this.#reader) };
    this.#operations += 1;
    this.#operatedBytes += message.length;
    if (this.#operations > MAX_OPERATIONS)
      this.#reader.refuse('more operations', `at most ${MAX_OPERATIONS}`);
    if (this.#operatedBytes > MAX_OPERATED_BYTES) {
      this.#reader.refuse('operations on more bytes', `at most ${MAX_OPERATED_BYTES} bytes`);
    }
    const operation = readOperation(this.#reader, tag);
    return { operation, timestamp: this.node(applyOperation(operation, message), depth + 1) };
  }
}

function writeNode(writer: OtsWriter, { branches }: OtsTimestamp, depth: number): void {
  if (depth > MAX_TIMESTAMP_DEPTH) {
    throw malformedTimestamp('a deeper tree', `at most ${MAX_TIMESTAMP_DEPTH} levels`);
  }
  if (branches.length === 0) throw malformedTimestamp('a message that leads nowhere', 'one branch or more');
  for (const [index, branch] of branches.entries()) {
    if (index < branches.length - 1) writer.uint8(FORK);
    writer.raw(branchHead(branch));
    if ('operation' in branch) writeNode(writer, branch.timestamp, depth + 1);
  }
}
