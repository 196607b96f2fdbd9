import { LogError } from '../log-error.ts';

/** Bytes of extra data in a proof; the format sets no limit. */
const MAX_EXTRA_BYTES = 65_536;

/** What a proof file holds. */
export interface TlogProof {
  /** Position of the entry in the log, from 0. */
  readonly index: number;
  /** RFC 6962 audit path in the tree of the checkpoint, leaf side first: hashes of 32 bytes. */
  readonly proof: readonly Uint8Array[];
  /** Signed note, with whatever cosignatures it has. */
  readonly checkpoint: string;
  /** Of the application, and authenticated by nothing. */
  readonly extra: Uint8Array | undefined;
}

/**
 * Writes a proof file (C2SP tlog-proof, version 1): a header, extra data, the index and the audit path, an empty line,
 * and the checkpoint as it is.
 *
 * @throws LogError `option-malformed` for too much extra data
 */
export function writeTlogProof({ index, proof, checkpoint, extra }: TlogProof): string {
  if (extra !== undefined && extra.length > MAX_EXTRA_BYTES) {
    throw new LogError('option-malformed', 'the extra data is too long for a proof', {
      value: `${extra.length} bytes`,
      limit: `${MAX_EXTRA_BYTES} bytes`,
    });
  }
  const lines = [
    'c2sp.org/tlog-proof@v1',
    ...(extra === undefined ? [] : [`extra ${base64(extra)}`]),
    `index ${index}`,
    ...proof.map(base64),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
