import { decodeBase64, encodeBase64 } from '../verify/base64.ts';
import { isDecimal } from '../verify/checkpoint-text.ts';

/** What a log asks of a witness (C2SP tlog-witness, "add-checkpoint"). */
export interface AddCheckpointRequest {
  /** Size of the tree that the witness is believed to have cosigned last; 0 for none. */
  readonly oldSize: number;
  /** RFC 6962 consistency proof from there: at most 63 hashes of 32 bytes. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

/** Sixteen signatures of up to 5 kB in base64, the proof, and the rest. */
export const MAX_REQUEST_BYTES = 131_072;

const MAX_PROOF_LINES = 63;

/** The body of a request. */
export function writeAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpointRequest): string {
  const lines = [`old ${oldSize}`, ...proof.map(encodeBase64)];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Takes a body apart, strictly; a text says what is wrong with it. */
export function readAddCheckpoint(body: Uint8Array): AddCheckpointRequest | string {
  if (body.length > MAX_REQUEST_BYTES) return `longer than ${MAX_REQUEST_BYTES} bytes`;
  const text = decode(body);
  if (text === undefined) return 'not in UTF-8';
  const split = text.indexOf('\n\n');
  if (split === -1) return 'without an empty line before the checkpoint';
  const [old, ...lines] = text.slice(0, split).split('\n');
  const size = /^old (.+)$/.exec(old ?? '')?.[1] ?? '';
  if (!isDecimal(size)) return 'without the old size';
  if (lines.length > MAX_PROOF_LINES) return `with more than ${MAX_PROOF_LINES} hashes`;
  const proof = lines.map(decodeBase64).filter((hash) => hash?.length === 32);
  if (proof.length !== lines.length) return 'with a malformed hash';
  return {
    oldSize: Number(size),
    proof: proof.filter((hash) => hash !== undefined),
    checkpoint: text.slice(split + 2),
  };
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
